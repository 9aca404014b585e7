import type { CallRecord } from "./call-record.ts";

/**
 * A payment on Click's side. `money` says what was debited and is the truth of the ledger; `status` is what payment/status answers:
 * 0 created, 1 processing, 2 paid, below 0 failed (click-protocol.md 2).
 */
export interface Payment {
  /** Also the click_paydoc_id. */
  readonly paymentId: number;
  readonly serviceId: string;
  readonly origin: "pay page" | "invoice" | "control";
  readonly reference: string;
  readonly amountTiyin: bigint;
  /** The spelling that came with the link or the invoice. */
  readonly amountText: string;
  readonly createdAt: Date;
  /** The visit of the pay page that made it: a second press of its button is not a second payment. */
  readonly visit: string | undefined;
  /** The number of the present attempt. */
  clickTransId: number;
  /** What the shop's last accepted Prepare gave. */
  prepareId: string | undefined;
  status: number;
  money: "not_taken" | "taken" | "reversed";
  /** `busy`: calls are being made. `hung`: accepted, and the customer does nothing. `manual`: Click's support has to look at it. */
  stage: "busy" | "hung" | "finished" | "manual";
  /** Why it stands where it stands, for a person. */
  note: string;
  readonly calls: CallRecord[];
  /** Calls that were recorded and dropped since, because CALLS_PER_PAYMENT_MAX was reached. */
  callsForgotten: number;
}

/** So that a payment repeated without end cannot fill the memory. */
const CALLS_PER_PAYMENT_MAX = 400;

const PAYMENT_STATUS = { CREATED: 0, PROCESSING: 1, PAID: 2 } as const;

export type NewPayment = Pick<Payment, "serviceId" | "origin" | "reference" | "amountTiyin" | "amountText" | "visit">;

export function newPayment(
  fields: NewPayment,
  ids: { readonly paymentId: number; readonly clickTransId: number },
  now: Date,
): Payment {
  return {
    ...fields,
    ...ids,
    createdAt: now,
    prepareId: undefined,
    status: PAYMENT_STATUS.CREATED,
    money: "not_taken",
    stage: "busy",
    note: "created",
    calls: [],
    callsForgotten: 0,
  };
}

export function recordCall(payment: Payment, call: CallRecord): void {
  payment.calls.push(call);
  if (payment.calls.length > CALLS_PER_PAYMENT_MAX) {
    payment.calls.shift();
    payment.callsForgotten += 1;
  }
}

/** Calls begin, for the first time or again. */
export function process(payment: Payment, note: string): void {
  payment.stage = "busy";
  payment.note = note;
  if (payment.status === PAYMENT_STATUS.CREATED) payment.status = PAYMENT_STATUS.PROCESSING;
}

/** Takes the money, once: a second call is a bug of the stand-in and throws. */
export function debit(payment: Payment): void {
  if (payment.money !== "not_taken") throw new Error(`payment ${payment.paymentId} was debited before`);
  payment.money = "taken";
  payment.note = "debited";
}

export function hang(payment: Payment): void {
  payment.stage = "hung";
  payment.note = "the shop accepted it, and the customer does nothing";
}

/** The money is taken and the shop knows. */
export function finishPaid(payment: Payment, note: string): void {
  mustBe(payment, "taken");
  payment.status = PAYMENT_STATUS.PAID;
  payment.stage = "finished";
  payment.note = note;
}

/** Nothing was taken and nothing will be. `status` is below 0. */
export function finishUnpaid(payment: Payment, status: number, note: string): void {
  mustBe(payment, "not_taken");
  payment.status = status;
  payment.stage = "finished";
  payment.note = note;
}

/** Click gave up calling. What was debited stays debited, and payment/status says so. */
export function leaveToSupport(payment: Payment, unpaidStatus: number, note: string): void {
  payment.status = payment.money === "taken" ? PAYMENT_STATUS.PAID : unpaidStatus;
  payment.stage = "manual";
  payment.note = note;
}

/** Gives the money back, as Click's support or a reversal does. False when there is none to give. */
export function reverse(payment: Payment): boolean {
  if (payment.money !== "taken" || payment.stage === "busy") return false;
  payment.money = "reversed";
  payment.status = REVERSED_STATUS;
  payment.stage = "finished";
  payment.note = "reversed";
  return true;
}

/** Click lists no values below 0; any of them reads as "not paid". */
const REVERSED_STATUS = -1;

function mustBe(payment: Payment, money: Payment["money"]): void {
  if (payment.money !== money) throw new Error(`payment ${payment.paymentId}: money is ${payment.money}, not ${money}`);
}
