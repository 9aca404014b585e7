import type { CallRecord } from "./call-record.ts";

/**
 * A payment at Click. `money` is what was really debited; `status` is the answer of payment/status:
 * 0 created, 1 processing, 2 paid, below 0 failed (click-protocol.md 2).
 */
export interface Payment {
  /** Also the click_paydoc_id. */
  readonly paymentId: number;
  readonly serviceId: string;
  readonly origin: "pay page" | "invoice" | "card token" | "click pass" | "control";
  readonly reference: string;
  readonly amountTiyin: bigint;
  /** The spelling that came with the link or the invoice. */
  readonly amountText: string;
  readonly createdAt: Date;
  /** The visit of the pay page that made it, so that a second click on its button makes no second payment. */
  readonly visit: string | undefined;
  /** The number of the present attempt. */
  clickTransId: number;
  /** What the shop's last accepted Prepare gave. */
  prepareId: string | undefined;
  /** A Click Pass payment that waits for the shop's confirmation is cancelled then. */
  confirmBefore: Date | undefined;
  status: number;
  money: "not_taken" | "taken" | "reversed";
  /** The sum of partial refunds; the whole amount after a reversal. */
  returnedTiyin: bigint;
  /** `busy`: calls are being made. `hung`: accepted, and the customer does nothing. `manual`: Click's support has to look at it. */
  stage: "busy" | "hung" | "finished" | "manual";
  /** The reason of its state, for a person. */
  note: string;
  readonly calls: CallRecord[];
  /** Calls that were recorded and dropped since, because CALLS_PER_PAYMENT_MAX was reached. */
  callsForgotten: number;
}

/** Limits the memory of a payment that is repeated without end. */
const CALLS_PER_PAYMENT_MAX = 400;

export const PAYMENT_STATUS = { CREATED: 0, PROCESSING: 1, PAID: 2 } as const;

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
    confirmBefore: undefined,
    status: PAYMENT_STATUS.CREATED,
    money: "not_taken",
    returnedTiyin: 0n,
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

/** Takes the money once: a second call is a bug of the stand-in and throws. */
export function debit(payment: Payment): void {
  if (payment.money !== "not_taken") throw new Error(`payment ${payment.paymentId} was debited before`);
  payment.money = "taken";
  payment.note = "debited";
}

export function hang(payment: Payment, note = "the shop accepted it, and the customer does nothing"): void {
  payment.stage = "hung";
  payment.note = note;
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

/** Click stopped calling. A debit stays, and payment/status shows it. */
export function leaveToSupport(payment: Payment, unpaidStatus: number, note: string): void {
  payment.status = payment.money === "taken" ? PAYMENT_STATUS.PAID : unpaidStatus;
  payment.stage = "manual";
  payment.note = note;
}

/** Reverses the money, or what is left of it. False when there is none. */
export function reverse(payment: Payment, note: string): boolean {
  if (payment.money !== "taken" || payment.stage === "busy") return false;
  payment.money = "reversed";
  payment.returnedTiyin = payment.amountTiyin;
  payment.status = REVERSED_STATUS;
  payment.stage = "finished";
  payment.note = note;
  return true;
}

/** Refunds a part; the status stays paid. False when there is not enough money. */
export function reversePartly(payment: Payment, amountTiyin: bigint): boolean {
  const leftTiyin = payment.amountTiyin - payment.returnedTiyin;
  if (payment.money !== "taken" || payment.stage === "busy" || amountTiyin > leftTiyin) return false;
  if (amountTiyin === leftTiyin) return reverse(payment, "reversed in parts");
  payment.returnedTiyin += amountTiyin;
  payment.note = "reversed partly";
  return true;
}

/** Click documents no values below 0; any of them means "not paid". */
const REVERSED_STATUS = -1;

function mustBe(payment: Payment, money: Payment["money"]): void {
  if (payment.money !== money) throw new Error(`payment ${payment.paymentId}: money is ${payment.money}, not ${money}`);
}
