import type { Account } from "./account.ts";
import { type Answer, type HttpAnswer, plainJson } from "./http.ts";
import type { Invoice } from "./invoice.ts";
import type { MerchantCallName } from "./merchant-behaviour.ts";
import type { Payment } from "./payment.ts";
import type { StandIn } from "./stand-in.ts";

/** One call of the Merchant API whose Auth header was right. */
export interface MerchantRequest {
  readonly standIn: StandIn;
  readonly account: Account;
  /** What the path's groups matched after the service_id, decoded. */
  readonly parts: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
}

/** A row of click-protocol.md 2. The first group of a path is the service_id; without one it is in the body. */
export interface MerchantRow {
  readonly name: MerchantCallName;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: RegExp;
  readonly call: (request: MerchantRequest) => Answer | Promise<Answer>;
}

/** Click lists no codes; those seen in its own code are as they were, the others are ours. */
export const FAULT = {
  NOT_AUTHORISED: -1,
  BAD_REQUEST: -2,
  NOT_FOUND: -3,
  NOT_REVERSIBLE: -4,
  UZCARD_REFUSES: -5,
  NOT_VERIFIED: -7,
  SMS_EXPIRED: -301,
  SMS_WRONG: -302,
  CARD_WRONG: -400,
  TOO_MANY_TRIES: -406,
  OTP_WRONG: -407,
  SERVER: -500,
} as const;

/** With Click's numbers as the behaviour spells them. */
export function done({ behaviour }: StandIn, fields: Readonly<Record<string, unknown>> = {}): HttpAnswer {
  return plainJson(200, { error_code: 0, error_note: "Success", ...spelled(fields, behaviour.ids_as_text) });
}

export function spelled(fields: Readonly<Record<string, unknown>>, asText: boolean): Readonly<Record<string, unknown>> {
  const isId = (name: string) => name === "payment_id" || name === "invoice_id" || name === "paymentId";
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, asText && isId(name) ? String(value) : value]),
  );
}

export function fault(status: number, code: number, note: string): HttpAnswer {
  return plainJson(status, { error_code: code, error_note: note });
}

export function refuse(code: number, note: string): HttpAnswer {
  return fault(200, code, note);
}

/** A service is told of nothing that is another's. */
export function ofAccount<T extends Invoice | Payment>({ serviceId }: Account, found: T | undefined): T | undefined {
  return found?.serviceId === serviceId ? found : undefined;
}

export function isSum(amount: unknown): amount is number {
  return typeof amount === "number" && amount > 0;
}
