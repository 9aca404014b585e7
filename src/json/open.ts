import { readFileSync } from "node:fs";
import type { Metadata, Server } from "@grpc/grpc-js";
import type { Logger } from "pino";
import { refusalCounter } from "../grpc/server/admission.ts";
import { dispatcher } from "../grpc/server/dispatch.ts";
import type { ListenAddress } from "../grpc/server/listen-address.ts";
import type { TlsFiles } from "../grpc/server/listener.ts";
import type { Authenticate } from "../grpc/server/tokens.ts";
import { FailureError } from "../payment/failure.ts";
import { type Contract, readContract } from "./contract.ts";
import { errorOf } from "./errors.ts";
import { forwarding } from "./forward.ts";
import { handler } from "./handle.ts";
import { type JsonListener, listenJson } from "./listener.ts";

/** Made from the contract by `npm run generate`. */
const OPENAPI = new URL("../gen/openapi.json", import.meta.url);

export interface JsonDeps {
  readonly log: Logger;
  readonly tls: TlsFiles | undefined;
  /** Of callers that always need a token. */
  readonly authenticate: Authenticate;
  /** What a gRPC listener of those callers serves. */
  readonly register: (server: Server) => void;
  readonly isServing: () => boolean;
  /** Whoever may connect may read the contract. */
  readonly tellsContract: boolean;
}

/** What serves JSON, at all of its addresses. */
export interface Json {
  readonly addresses: readonly string[];
  stop(cut: Promise<void>): Promise<void>;
}

/** Serves at each address, as JSON, what a gRPC listener serves. */
export async function openJson(listen: readonly ListenAddress[], deps: JsonDeps): Promise<Json> {
  const listeners: JsonListener[] = [];
  const stop = async (cut: Promise<void>) => {
    await Promise.all(listeners.map((listener) => listener.stop(cut)));
  };
  const contract = readContract();
  const handlers = forwarding(contract, dispatcher(deps.register), {
    admit: admitByToken(deps, contract),
    log: deps.log,
  });
  const openApi = deps.tellsContract ? readFileSync(OPENAPI) : undefined;
  const handle = handler({ ...deps, contract, handlers, openApi });
  try {
    for (const address of listen) listeners.push(await listenJson(address, deps, handle));
  } catch (error) {
    await stop(Promise.resolve());
    throw error;
  }
  return { addresses: listeners.map(({ address }) => address), stop };
}

/** Refuses a call without a token before its body is read. The handler looks again, for its scope. */
function admitByToken(
  { authenticate, log }: JsonDeps,
  { types }: Contract,
): (path: string, metadata: Metadata) => void {
  const tellRefusal = refusalCounter(log);
  return (path, metadata) => {
    try {
      authenticate(metadata);
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      tellRefusal(path);
      throw errorOf(error.failure, types);
    }
  };
}
