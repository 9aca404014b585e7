import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { DescMethod } from "@bufbuild/protobuf";
import type { UniversalHandler, UniversalServerResponse } from "@connectrpc/connect/protocol";
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from "@connectrpc/connect-node";
import type { Logger } from "pino";
import type { FieldFault } from "../payment/failure.ts";
import type { Contract } from "./contract.ts";
import { type ErrorJson, errorJson, errorOf, withReason } from "./errors.ts";
import { inexactValueIn } from "./exact-values.ts";

const CONTENT_TYPE = /^application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i;

export interface HandleDeps {
  readonly contract: Contract;
  readonly handlers: ReadonlyMap<string, UniversalHandler>;
  /** The description of all this; undefined where the contract is not told. */
  readonly openApi: Buffer | undefined;
  readonly isServing: () => boolean;
  readonly log: Logger;
}

/**
 * Answers a request of HTTP/1.1: `POST /package.Service/Method` with JSON as Connect has it, `GET /openapi.json`, `GET /health`. A page in a
 * browser gets nothing: its requests carry an Origin, and there is no CORS.
 */
export function handler(deps: HandleDeps): RequestListener {
  const { contract, handlers, log } = deps;
  return (request, response) => {
    const path = request.url ?? "";
    if (request.headers.origin !== undefined)
      return refuse(403, { field: "Origin", rule: "must be absent: pages in browsers may not call" });
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (isRead && path === "/health") return tellHealth(response, deps.isServing());
    if (isRead && path === "/openapi.json" && deps.openApi !== undefined) return send(response, 200, deps.openApi);
    const method = contract.methods.get(path);
    if (method === undefined) return tell(404, unknown(path));
    const handle = handlers.get(path);
    if (handle === undefined)
      return tell(501, { ...unknown(path), message: `${method.name} is a stream, which only gRPC carries` });
    if (request.method !== "POST") {
      response.setHeader("Allow", "POST");
      return refuse(405, { field: "method", rule: "must be POST" });
    }
    if (!CONTENT_TYPE.test(request.headers["content-type"] ?? ""))
      return refuse(415, { field: "Content-Type", rule: "must be application/json" });
    call(handle, request, response).catch((error: unknown) => {
      // A caller that went away is no fault of ours; what else comes here is one.
      if (!response.destroyed) log.error({ rpc: path, err: error }, "bug");
      response.destroy();
    });

    function tell(httpStatus: number, told: ErrorJson): void {
      send(response, httpStatus, JSON.stringify(told));
    }
    function unknown(what: string): ErrorJson {
      return errorJson(errorOf({ reason: "METHOD_UNKNOWN", method: what }, contract.types));
    }
    function refuse(httpStatus: number, fault: FieldFault): void {
      tell(httpStatus, errorJson(errorOf({ reason: "INVALID_REQUEST", faults: [fault] }, contract.types)));
    }
  };

  async function call(handle: UniversalHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Connect knows one spelling of it, and makes an address of the host, which may be anything.
    request.headers["content-type"] = "application/json";
    request.headers.host = "click-bridge";
    const received = universalRequestFromNodeRequest(request, response, undefined, undefined);
    const answer = await handle({ ...received, body: exact(received.body as AsyncIterable<Uint8Array>) });
    await universalResponseToNodeResponse(await reasoned(answer, handle.method), response);
  }

  /** The same bytes, or an error behind the last one. What is too long is refused by its reader before. */
  async function* exact(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) {
      chunks.push(chunk);
      yield chunk;
    }
    const fault = inexactValueIn(new TextDecoder().decode(Buffer.concat(chunks)));
    if (fault === undefined) return;
    throw errorOf({ reason: "INVALID_REQUEST", faults: [fault] }, contract.types);
  }

  async function reasoned(answer: UniversalServerResponse, method: DescMethod): Promise<UniversalServerResponse> {
    if (answer.status === 200 || answer.body === undefined) return answer;
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body) chunks.push(chunk);
    const told = JSON.parse(Buffer.concat(chunks).toString("utf8")) as ErrorJson;
    const body = Buffer.from(JSON.stringify(withReason(told, method, contract.types)));
    answer.header?.set("content-length", String(body.byteLength));
    return { ...answer, body: one(body) };
  }
}

async function* one(body: Uint8Array): AsyncIterable<Uint8Array> {
  yield body;
}

function tellHealth(response: ServerResponse, isServing: boolean): void {
  send(response, isServing ? 200 : 503, JSON.stringify({ status: isServing ? "SERVING" : "NOT_SERVING" }));
}

function send(response: ServerResponse, httpStatus: number, body: string | Buffer): void {
  response.writeHead(httpStatus, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    "X-Content-Type-Options": "nosniff",
  });
  response.end(body);
}
