import { hash, timingSafeEqual } from "node:crypto";
import type { Metadata } from "@grpc/grpc-js";
import { fail } from "../../payment/failure.ts";
import type { Secret } from "../../protocol/secret.ts";

export const SCOPES = [
  "callback",
  "updates",
  "checkout",
  "read",
  "refund",
  "cards",
  "pass",
  "fiscal",
  "setup",
] as const;
export type Scope = (typeof SCOPES)[number];

/** What a call needs: one of the scopes, or any token. */
export type NeededScope = Scope | "any";

export interface Token {
  /** Name of the caller in audits; request ids are separate for each name. */
  readonly name: string;
  readonly token: Secret;
  readonly scopes: readonly Scope[];
  /** What it may give back within a day of Tashkent; undefined: any sum. */
  readonly refundLimitTiyin?: bigint | undefined;
}

export interface Caller {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** The caller's token, with any scopes; or a FailureError. */
export type Authenticate = (metadata: Metadata) => Pick<Token, "name" | "scopes">;

/** The caller, or a FailureError. */
export type Authorize = (metadata: Metadata, scope: NeededScope) => Caller;

/** On a unix socket, whose file mode controls access, the module needs no token for its own RPCs. */
export const MODULE: { readonly name: string; readonly scopes: readonly Scope[] } = {
  name: "module",
  scopes: ["callback", "updates", "checkout"],
};

const BEARER = /^Bearer (.+)$/i;

/** Checks `authorization: Bearer …` against the tokens. `anonymous`: the caller without a token; undefined on TCP. */
export function authenticator(tokens: readonly Token[], anonymous: typeof MODULE | undefined): Authenticate {
  const known = tokens.map((token) => ({ ...token, digest: digestOf(token.token.reveal()) }));
  return (metadata) => {
    const [header] = metadata.get("authorization");
    return (header === undefined ? anonymous : find(known, String(header))) ?? fail({ reason: "TOKEN_INVALID" });
  };
}

/** The same, and the token must have the scope. */
export function authorizer(tokens: readonly Token[], anonymous: typeof MODULE | undefined): Authorize {
  const authenticate = authenticator(tokens, anonymous);
  return (metadata, scope) => {
    const { name, scopes } = authenticate(metadata);
    return scope === "any" || scopes.includes(scope) ? { name, scopes } : fail({ reason: "SCOPE_MISSING", scope });
  };
}

/** Compares all digests, of equal length, so that the time reveals nothing. */
function find<T extends { readonly digest: Buffer }>(known: readonly T[], header: string): T | undefined {
  const digest = digestOf(BEARER.exec(header)?.[1] ?? "");
  return known.filter((token) => timingSafeEqual(token.digest, digest))[0];
}

function digestOf(token: string): Buffer {
  return hash("sha256", token, "buffer");
}
