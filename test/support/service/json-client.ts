import { type Agent, type OutgoingHttpHeaders, request } from "node:http";
import { ALL_SCOPES_TOKEN } from "./service.ts";

/** An answer of the JSON listener. */
export interface JsonReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Undefined where it is no JSON. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

export interface JsonCall {
  readonly path: string;
  readonly method?: string;
  readonly body?: string | object;
  readonly headers?: OutgoingHttpHeaders;
  readonly agent?: Agent;
}

/** One request, with the all-scopes token and the headers of a plain client unless told otherwise. */
export function sendJson(
  address: string,
  { path, method = "POST", body, headers, agent }: JsonCall,
): Promise<JsonReply> {
  const text = typeof body === "object" ? JSON.stringify(body) : body;
  const usual = { "Content-Type": "application/json", Authorization: `Bearer ${ALL_SCOPES_TOKEN}` };
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(address.replace("tcp:", "http:"));
    const sent = request({ hostname, port, path, method, headers: headers ?? usual, ...(agent ? { agent } : {}) });
    sent.once("error", reject);
    sent.once("response", async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const read = Buffer.concat(chunks).toString("utf8");
      const isJson = response.headers["content-type"] === "application/json";
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: isJson ? JSON.parse(read) : undefined,
      });
    });
    sent.end(text);
  });
}

/** What an error says: HTTP's status, the code and the ErrorInfo. */
export function errorOf({ status, body }: JsonReply) {
  const details = (body?.["details"] ?? []) as readonly { readonly type: string; readonly debug?: object }[];
  const debugOf = (type: string) => details.find((detail) => detail.type === `google.rpc.${type}`)?.debug;
  const info = debugOf("ErrorInfo") as { reason: string; metadata: object } | undefined;
  const bad = debugOf("BadRequest") as { fieldViolations: readonly { field: string }[] } | undefined;
  return {
    status,
    code: body?.["code"],
    message: body?.["message"],
    reason: info?.reason,
    metadata: info?.metadata,
    fields: bad?.fieldViolations.map(({ field }) => field),
  };
}
