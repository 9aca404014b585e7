import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { startHttpServer } from "../servers/http-server.ts";
import { SERVICE } from "../shop/shop.ts";

/** What the stub received. */
export interface MerchantRequest {
  readonly method: string;
  readonly path: string;
  readonly auth: string;
  /** By Click's formula: SHA-1 over the timestamp and the key (click-protocol.md 2). */
  readonly authIsRight: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What it answers: JSON, any text, or a connection that breaks after the request. */
export type MerchantReply = { readonly json: object } | { readonly text: string } | "DROP";

/** Click's Merchant API for tests of our client: answers what it is told, and remembers what it was asked. */
export interface MerchantApiStub {
  readonly url: string;
  readonly requests: readonly MerchantRequest[];
  /** The number in the last answer to `invoice/create`. */
  lastInvoiceId(): string;
  answer(answer: (request: MerchantRequest) => Promise<MerchantReply>): void;
  /** Forgets the requests and the answer: every invoice gets a number again. */
  reset(): void;
  stop(): Promise<void>;
}

export async function startMerchantApi(): Promise<MerchantApiStub> {
  let requests: MerchantRequest[] = [];
  let lastId = 4_000_000_000;
  const usual = async (): Promise<MerchantReply> => {
    lastId += 1;
    return { json: { error_code: 0, error_note: "", invoice_id: lastId } };
  };
  let answer: (request: MerchantRequest) => Promise<MerchantReply> = usual;
  const server = await startHttpServer(async (incoming, response) => {
    const request = await read(incoming);
    requests.push(request);
    const reply = await answer(request);
    if (reply === "DROP") return void incoming.socket.destroy();
    const text = "text" in reply ? reply.text : JSON.stringify(reply.json);
    response.writeHead(200, { "content-type": "application/json" }).end(text);
  });
  return {
    url: `${server.url}/`,
    get requests() {
      return requests;
    },
    lastInvoiceId: () => String(lastId),
    answer: (next) => {
      answer = next;
    },
    reset: () => {
      requests = [];
      answer = usual;
    },
    stop: server.stop,
  };
}

async function read(incoming: IncomingMessage): Promise<MerchantRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const auth = String(incoming.headers["auth"] ?? "");
  const [user, digest, timestamp = ""] = auth.split(":");
  const right = createHash("sha1")
    .update(timestamp + SERVICE.secretKey)
    .digest("hex");
  return {
    method: incoming.method ?? "",
    path: incoming.url ?? "",
    auth,
    authIsRight: user === SERVICE.merchantUserId && digest === right,
    body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}
