import { parseAmountTiyin } from "../protocol/amount.ts";
import { tashkentDay } from "../protocol/tashkent-time.ts";
import type { Answer } from "./http.ts";
import { done, FAULT, fault, type MerchantRequest, type MerchantRow, ofAccount, refuse } from "./merchant-call.ts";
import { PAYMENT_STATUS, type Payment, reversePartly } from "./payment.ts";
import type { StandIn } from "./stand-in.ts";

/** What became of payments, and the way back. */
export const PAYMENT_ROWS: readonly MerchantRow[] = [
  { name: "payment/status", method: "GET", path: /^payment\/status\/([^/]+)\/([^/]+)$/, call: status },
  {
    name: "payment/status_by_mti",
    method: "GET",
    path: /^payment\/status_by_mti\/([^/]+)\/([^/]+)\/(\d{4}-\d\d-\d\d)$/,
    call: statusByReference,
  },
  { name: "payment/reversal", method: "DELETE", path: /^payment\/reversal\/([^/]+)\/([^/]+)$/, call: reversal },
  {
    name: "payment/partial_reversal",
    method: "DELETE",
    path: /^payment\/partial_reversal\/([^/]+)\/([^/]+)\/([^/]+)$/,
    call: partialReversal,
  },
];

function status({ standIn, account, parts: [id = ""] }: MerchantRequest): Answer {
  const payment = ofAccount(account, standIn.ledger.payment(Number(id)));
  return payment === undefined
    ? refuse(FAULT.NOT_FOUND, "Payment not found")
    : done(standIn, { payment_id: payment.paymentId, payment_status: payment.status });
}

function statusByReference({ standIn, account, parts: [reference = "", day = ""] }: MerchantRequest): Answer {
  const payment = standIn.ledger.paymentOfDay({ serviceId: account.serviceId, reference, day });
  if (payment === undefined) return refuse(FAULT.NOT_FOUND, "Payment not found");
  const { status_by_mti: reading } = standIn.behaviour;
  return done(standIn, {
    payment_id: payment.paymentId,
    ...(reading === "merchant_trans_id" ? {} : { payment_status: payment.status }),
    ...(reading === "payment_status" ? {} : { merchant_trans_id: payment.reference }),
  });
}

function reversal({ standIn, account, parts: [id = ""] }: MerchantRequest): Answer {
  const payment = ofAccount(account, standIn.ledger.payment(Number(id)));
  if (payment === undefined) return refuse(FAULT.NOT_FOUND, "Payment not found");
  const refusal = refusalOf(standIn, payment);
  if (refusal !== undefined) return refusal;
  standIn.reverse(payment);
  return done(standIn, { payment_id: payment.paymentId });
}

function partialReversal({ standIn, account, parts: [id = "", amount = ""] }: MerchantRequest): Answer {
  if (!standIn.behaviour.partial_reversal) return fault(404, FAULT.NOT_FOUND, "There is no such method");
  const payment = ofAccount(account, standIn.ledger.payment(Number(id)));
  if (payment === undefined) return refuse(FAULT.NOT_FOUND, "Payment not found");
  const amountTiyin = parseAmountTiyin(amount);
  if (!amountTiyin) return refuse(FAULT.BAD_REQUEST, "amount must be a sum above 0");
  const refusal = refusalOf(standIn, payment);
  if (refusal !== undefined) return refusal;
  return reversePartly(payment, amountTiyin)
    ? done(standIn)
    : refuse(FAULT.NOT_REVERSIBLE, "There is less left of the payment");
}

/** Click's conditions of a reversal (click-protocol.md 2). All payments here were made with an online card. */
function refusalOf(standIn: StandIn, payment: Payment): Answer | undefined {
  const isPaid = payment.money === "taken" && payment.status === PAYMENT_STATUS.PAID && payment.stage !== "busy";
  if (!isPaid) return refuse(FAULT.NOT_REVERSIBLE, "The payment cannot be reversed");
  if (!isReportingMonth(payment.createdAt, standIn.now()))
    return refuse(FAULT.NOT_REVERSIBLE, "The payment's reporting month is over");
  return standIn.behaviour.uzcard_refuses_reversal ? refuse(FAULT.UZCARD_REFUSES, "UZCARD refused") : undefined;
}

/** Of this month; of last month on the 1st only. */
function isReportingMonth(createdAt: Date, now: Date): boolean {
  const [made, today] = [tashkentDay(createdAt), tashkentDay(now)];
  if (monthOf(made) === monthOf(today)) return true;
  return today.endsWith("-01") && monthOf(today) - monthOf(made) === 1;
}

/** Months since year 0, of `YYYY-MM-DD`. */
function monthOf(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
}
