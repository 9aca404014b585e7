import type { IncomingMessage, ServerResponse } from "node:http";
import { Refused } from "./refused.ts";

/** Our forms and JSON are small; a larger body is a mistake. */
const BODY_BYTES_MAX = 64 * 1024;

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly type: "text/html; charset=utf-8" | "application/json" | "text/plain; charset=utf-8";
  readonly body: string;
  readonly location?: string;
  /** A faulty delivery of the answer. */
  readonly delivery?: "truncated" | "slow_drip";
}

/** Interval of a slow answer's parts. */
const DRIP_INTERVAL_MS = 250;

/** Cuts the connection instead of answering: the caller cannot know the result. */
export const HANG_UP = Symbol("hang up");

/** Never answers, and keeps the connection open. */
export const HANG = Symbol("hang");

export type Answer = HttpAnswer | typeof HANG_UP | typeof HANG;
export type Route = (request: HttpRequest) => Promise<Answer | undefined>;

/** Tries the routes in order; the first that knows the path answers. The header `date` has the stand-in's clock. */
export function serveRoutes(
  routes: readonly Route[],
  now: () => Date,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    void answerOf(request, routes)
      .catch((error: unknown) => {
        const status = error instanceof Refused ? 400 : 500;
        return json(status, { error: error instanceof Error ? error.message : String(error) });
      })
      .then((answer) => {
        if (answer === HANG) return;
        if (answer === HANG_UP) request.socket.destroy();
        else send(response, answer, now());
      });
  };
}

async function answerOf(request: IncomingMessage, routes: readonly Route[]): Promise<Answer> {
  const url = URL.parse(`http://stand-in${request.url ?? "/"}`);
  if (url === null) throw new Refused("the request's address is none");
  const received: HttpRequest = {
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: await readBody(request),
  };
  for (const route of routes) {
    const answer = await route(received);
    if (answer !== undefined) return answer;
  }
  return json(404, { error: `there is nothing at ${received.method} ${received.path}; see /simulator` });
}

/** Field names are not converted. */
export function plainJson(status: number, value: unknown): HttpAnswer {
  return { status, type: "application/json", body: `${JSON.stringify(value)}\n` };
}

/** Field names are converted to snake_case, as in most of Click's answers; a bigint becomes text. */
export function json(status: number, value: unknown): HttpAnswer {
  const body = JSON.stringify(
    value,
    (_, item: unknown) => (typeof item === "bigint" ? String(item) : snakeKeys(item)),
    2,
  );
  return { status, type: "application/json", body: `${body}\n` };
}

function snakeKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [snakeCase(key), item]));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function html(body: string, status = 200): HttpAnswer {
  return { status, type: "text/html; charset=utf-8", body };
}

/** 303: the browser follows with GET, so that a reload does not send the form again. */
export function seeOther(location: string): HttpAnswer {
  return { status: 303, type: "text/plain; charset=utf-8", body: `See ${location}\n`, location };
}

/** The object in a JSON body; an empty body is an empty object. */
export function readJson({ body }: HttpRequest): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = body === "" ? {} : JSON.parse(body);
  } catch {
    throw new Refused("the body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Refused("the body is no JSON object");
  return value as Record<string, unknown>;
}

function send(response: ServerResponse, { status, type, body, location, delivery }: HttpAnswer, now: Date): void {
  response.writeHead(status, {
    date: now.toUTCString(),
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    ...(location === undefined ? {} : { location }),
  });
  if (delivery === "truncated") {
    response.write(body.slice(0, Math.ceil(body.length / 2)), () => response.socket?.destroy());
  } else if (delivery === "slow_drip") {
    drip(response, Buffer.from(body));
  } else {
    response.end(body);
  }
}

function drip(response: ServerResponse, bytes: Buffer): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < bytes.length) response.write(bytes.subarray(sent, ++sent));
    else response.end();
  }, DRIP_INTERVAL_MS);
  response.once("close", () => clearInterval(timer));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Refused(`the body is longer than ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
