import { createHash } from "node:crypto";
import { fail } from "../payment/failure.ts";
import { asPaymentId } from "../payment/ids.ts";
import type { PageKey, PaymentFilter, PaymentReader, PaymentRecord } from "./ports.ts";

const PAGE_SIZE_DEFAULT = 50;
const PAGE_SIZE_MAX = 500;

export interface PaymentPage {
  readonly payments: readonly PaymentRecord[];
  /** Empty on the last page, and only there. */
  readonly nextPageToken: string;
}

/** Payments that Click touched, newest first. A page token belongs to the filters that it was made with. */
export async function listPayments(
  deps: { readonly payments: Pick<PaymentReader, "list"> },
  request: { readonly filter: PaymentFilter; readonly pageSize: number; readonly pageToken: string },
): Promise<PaymentPage> {
  const filterHash = hashOf(request.filter);
  const after = request.pageToken === "" ? undefined : readToken(request.pageToken, filterHash);
  const limit = Math.min(request.pageSize || PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
  const { payments, next } = await deps.payments.list(request.filter, { after, limit });
  return { payments, nextPageToken: next === undefined ? "" : makeToken(next, filterHash) };
}

function hashOf(filter: PaymentFilter): string {
  const fields = Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(fields)).digest("base64url").slice(0, 16);
}

function makeToken({ createTime, paymentId }: PageKey, filterHash: string): string {
  return Buffer.from(JSON.stringify([filterHash, createTime, paymentId])).toString("base64url");
}

const CREATE_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/;

function readToken(token: string, filterHash: string): PageKey {
  try {
    const [hash, createTime, paymentId] = JSON.parse(Buffer.from(token, "base64url").toString()) as unknown[];
    if (hash !== filterHash || typeof createTime !== "string" || !CREATE_TIME.test(createTime)) throw new TypeError();
    if (!Number.isSafeInteger(paymentId)) throw new TypeError();
    return { createTime, paymentId: asPaymentId(Number(paymentId)) };
  } catch {
    return fail({ reason: "PAGE_TOKEN_INVALID" });
  }
}
