import { randomUUID } from "node:crypto";
import { type DescMethodUnary, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ConnectError, createConnectRouter, type HandlerContext } from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import { Metadata } from "@grpc/grpc-js";
import type { Logger } from "pino";
import type { Dispatch } from "../grpc/server/dispatch.ts";
import { internal, type StatusError } from "../grpc/server/status.ts";
import type { Contract } from "./contract.ts";
import { BODY_BYTES_MAX, connectErrorOf } from "./errors.ts";

/** Metadata takes no other letters, and no token has them. */
const PRINTABLE = /^[\x20-\x7e]*$/;

export interface ForwardingDeps {
  /** Throws before anything of the body is read. */
  readonly admit: (path: string, metadata: Metadata) => void;
  readonly log: Logger;
}

/**
 * Connect's handlers of all unary methods, by path, in JSON. Each passes its call on as gRPC's; of the caller's headers nothing goes along but
 * the token.
 */
export function forwarding(
  { types, methods }: Contract,
  dispatch: Dispatch,
  { admit, log }: ForwardingDeps,
): ReadonlyMap<string, UniversalHandler> {
  const router = createConnectRouter({
    grpc: false,
    grpcWeb: false,
    acceptCompression: [],
    readMaxBytes: BODY_BYTES_MAX,
    // A caller without a schema reads zeros and empty texts more easily than it misses them.
    jsonOptions: { registry: types, ignoreUnknownFields: false, alwaysEmitImplicit: true },
    requestGate: ({ service, method, requestHeader }) =>
      admit(`/${service.typeName}/${method.name}`, metadataOf(requestHeader)),
  });
  const bug = (rpc: string, err: unknown) => {
    const requestId = randomUUID();
    log.error({ rpc, requestId, err }, "bug");
    return internal(requestId);
  };
  for (const [path, method] of methods) {
    if (method.methodKind !== "unary") continue;
    const { input, output } = method;
    router.rpc<DescMethodUnary>(
      method as DescMethodUnary,
      async (request, { signal, requestHeader }: HandlerContext) => {
        const answer = dispatch(path, toBinary(input, request), metadataOf(requestHeader));
        try {
          return fromBinary(output, await Promise.race([answer, aborted(signal)]));
        } catch (error) {
          throw error instanceof ConnectError
            ? error
            : connectErrorOf(isStatus(error) ? error : bug(path, error), types);
        }
      },
    );
  }
  return new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
}

function metadataOf(header: Headers): Metadata {
  const metadata = new Metadata();
  const authorization = header.get("authorization");
  if (authorization !== null) metadata.set("authorization", PRINTABLE.test(authorization) ? authorization : "");
  return metadata;
}

/** Rejects when the caller's time is over, or the caller has gone. What it asked for goes on, as it does over gRPC. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(ConnectError.from(signal.reason)), { once: true }),
  );
}

function isStatus(error: unknown): error is StatusError {
  return typeof error === "object" && error !== null && "code" in error && "metadata" in error;
}
