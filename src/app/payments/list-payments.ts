import { fail } from "../../payment/failure.ts";
import { asPaymentId } from "../../payment/ids.ts";
import { pageTokens, rowsOfPage } from "./page-token.ts";
import type { PageKey, PaymentFilter } from "./payment-filter.ts";
import type { AttemptRecord, PaymentReader, PaymentRecord } from "./payment-reader.ts";

export interface PaymentPage {
  readonly payments: readonly PaymentRecord[];
  /** What a search text is about and no payment has. On the first page. */
  readonly strayAttempts: readonly AttemptRecord[];
  /** Empty only on the last page. */
  readonly nextPageToken: string;
}

/** Lists payments with activity of Click, newest first. A page token is valid only with the filters of its first page. */
export async function listPayments(
  deps: { readonly payments: Pick<PaymentReader, "list" | "strayAttempts"> },
  request: { readonly filter: PaymentFilter; readonly pageSize: number; readonly pageToken: string },
): Promise<PaymentPage> {
  const tokens = pageTokens(request.filter);
  const after = request.pageToken === "" ? undefined : readKey(tokens.read(request.pageToken));
  const limit = rowsOfPage(request.pageSize);
  const { payments, next } = await deps.payments.list(request.filter, { after, limit });
  const { search } = request.filter;
  const isFirst = after === undefined && search !== undefined;
  return {
    payments,
    strayAttempts: isFirst ? await deps.payments.strayAttempts(search) : [],
    nextPageToken: next === undefined ? "" : tokens.make([next.createTime, next.paymentId, next.part]),
  };
}

const CREATE_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/;

function readKey([createTime, paymentId, part]: readonly unknown[]): PageKey {
  const isTime = typeof createTime === "string" && CREATE_TIME.test(createTime);
  if (!isTime || !Number.isSafeInteger(paymentId) || (part !== "EXACT" && part !== "REST")) {
    return fail({ reason: "PAGE_TOKEN_INVALID" });
  }
  return { part, createTime, paymentId: asPaymentId(Number(paymentId)) };
}
