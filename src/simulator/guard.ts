import { createHmac, timingSafeEqual } from "node:crypto";
import { type HttpAnswer, type HttpRequest, json, type Route } from "./http.ts";

/**
 * Protects against forged payments: the stand-in signs with a key that a shop trusts, and any web page can send requests to the loopback. So
 * a request must have one of our host names (not a foreign name that resolves to the loopback) and no foreign origin, and a request that
 * changes something needs the start token.
 */
export interface GuardOptions {
  /** The token of this start, printed or configured. */
  readonly token: string;
  /** Additional host names, without ports, besides the loopback. */
  readonly hosts: readonly string[];
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const READING = ["GET", "HEAD"];
/** Protected by Click's Auth header, which a page of another origin cannot send. */
const MERCHANT_API = "/v2/merchant/";
const CONTROL_API = "/simulator/";

export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/** The token in our own forms. It allows only these forms, so a buyer who sees it cannot control the stand-in. */
export function formToken(token: string): string {
  return createHmac("sha256", token).update("form").digest("base64url");
}

/** Refuses the request, or passes it to the next route. */
export function guard({ token, hosts }: GuardOptions): Route {
  return async (request) => {
    const { method, path, headers } = request;
    const host = headers.host ?? "";
    const hostname = URL.parse(`http://${host}`)?.hostname ?? "";
    if (!isLoopback(hostname) && !hosts.includes(hostname)) return refuse(421, "this host is none of the stand-in's");
    if (READING.includes(method) || path.startsWith(MERCHANT_API)) return undefined;
    const { origin } = headers;
    if (origin !== undefined && URL.parse(origin)?.host !== host) return refuse(403, "the page is of another origin");
    return path.startsWith(CONTROL_API) ? guardControl(request, token) : guardForm(request, token);
  };
}

function guardControl({ method, headers }: HttpRequest, token: string): HttpAnswer | undefined {
  const isJson = /^application\/json\b/i.test(headers["content-type"] ?? "");
  if (method !== "DELETE" && !isJson) return refuse(415, "Content-Type must be application/json");
  return isSame(headers.authorization ?? "", `Bearer ${token}`)
    ? undefined
    : refuse(401, "Authorization must be Bearer and the token of this start");
}

function guardForm({ body }: HttpRequest, token: string): HttpAnswer | undefined {
  return isSame(new URLSearchParams(body).get("token") ?? "", formToken(token))
    ? undefined
    : refuse(403, "the form is none of this start's: load the page again");
}

function isSame(given: string, right: string): boolean {
  const [one, other] = [given, right].map((text) => createHmac("sha256", "compared").update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

function refuse(status: number, error: string): HttpAnswer {
  return json(status, { error });
}
