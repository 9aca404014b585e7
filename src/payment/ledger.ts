import { type Attempt, holdsMoney } from "./attempt.ts";
import type { LedgerEntryId, OrderId, PaymentId, RefundId, ServiceId } from "./ids.ts";

/**
 * The ledger: every movement of what Click holds for the shop, told once and never changed. Its plain sum is what Click holds.
 *
 * CAPTURED: Click took it for this order. OWED: Click took it, and it is no order's to keep; negative when an operator accepts it for a
 * payment, which an ACCEPTED of the same sum says. REFUNDED: went back because we asked. REVERSED: went back by another way, in Click's
 * cabinet for instance. CORRECTION: what was written before was not so.
 */
export const LEDGER_KINDS = ["CAPTURED", "OWED", "ACCEPTED", "REFUNDED", "REVERSED", "CORRECTION"] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** Who or what it is known from. */
export type LedgerSource = "CALLBACK" | "RECONCILIATION" | "CARD" | "PASS" | "CABINET" | "OPERATOR";

export interface LedgerEntry {
  readonly id: LedgerEntryId;
  /** By the database's clock. */
  readonly bookedTime: Date;
  /** By Click's own clock, where it said one. */
  readonly clickTime: Date | undefined;
  readonly kind: LedgerKind;
  /** Signed: by this changes what Click holds for the shop. */
  readonly amountTiyin: bigint;
  /** Signed: what of it is the buyer's fee. */
  readonly feeTiyin: bigint;
  readonly serviceId: ServiceId;
  /** The merchant_trans_id. */
  readonly reference: string;
  readonly orderId: OrderId | undefined;
  readonly paymentId: PaymentId | undefined;
  readonly attemptId: Attempt["id"] | undefined;
  readonly refundId: RefundId | undefined;
  readonly clickTransId: string | undefined;
  readonly clickPaymentId: string | undefined;
  readonly source: LedgerSource;
  /** The name of the token that asked for it; empty when nobody did. */
  readonly actor: string;
}

/** One that is to be written: about the attempt, the order and the payment as they are given. */
export interface NewLedgerEntry extends Omit<LedgerEntry, "id" | "bookedTime" | "attemptId"> {
  /** Names the movement among those of its attempt: a second entry of the same movement is refused by a unique key. */
  readonly movement: string | undefined;
}

/** What is known about a movement beside the attempt. */
export interface Booking {
  readonly source: LedgerSource;
  readonly actor?: string;
  readonly clickTime?: Date | undefined;
  /** Click's number of the payment, where the attempt has none yet. */
  readonly clickPaymentId?: string | undefined;
}

/** What of an attempt an entry repeats. */
export type BookedAttempt = Pick<
  Attempt,
  | "state"
  | "amountTiyin"
  | "feeTiyin"
  | "serviceId"
  | "merchantTransId"
  | "orderId"
  | "paymentId"
  | "clickTransId"
  | "clickPaydocId"
  | "clickPaymentId"
>;

/** Before the move, and what its refunds gave back by then. */
export interface BeforeMove {
  readonly attempt: BookedAttempt;
  readonly returnedTiyin: bigint;
}

/** What the move of an attempt to another state does to what Click holds. `after`: the attempt as it is then. */
export function bookMove({ attempt, returnedTiyin }: BeforeMove, after: BookedAttempt, by: Booking): NewLedgerEntry[] {
  const heldTiyin = balanceOf(attempt, returnedTiyin);
  if (!holdsMoney(attempt)) return bookTaken(after, by);
  if (!holdsMoney(after)) return bookGone({ attempt, returnedTiyin }, after, by);
  if (kindOf(attempt) === kindOf(after)) return [];
  return [
    entry(attempt, "OWED", { tiyin: -heldTiyin, movement: "owed no more" }, by),
    entry(after, "ACCEPTED", { tiyin: heldTiyin, movement: "accepted" }, by),
  ];
}

/** What Click took for an attempt, which it holds. */
export function bookTaken(attempt: BookedAttempt, by: Booking): NewLedgerEntry[] {
  if (!holdsMoney(attempt)) return [];
  return [entry(attempt, kindOf(attempt), { tiyin: attempt.amountTiyin, movement: "taken" }, by)];
}

/** What a refund that is done gave back: no more than was there. */
export function bookRefund(
  { attempt, returnedTiyin }: BeforeMove,
  refund: { readonly id: RefundId; readonly amountTiyin: bigint },
  by: Booking,
): NewLedgerEntry[] {
  const heldTiyin = balanceOf(attempt, returnedTiyin);
  const isMore = refund.amountTiyin > heldTiyin;
  const backTiyin = isMore ? heldTiyin : refund.amountTiyin;
  if (backTiyin === 0n) return [];
  const change = { tiyin: -backTiyin, movement: `refund ${refund.id}`, heldTiyin, refundId: refund.id };
  return [entry(attempt, "REFUNDED", change, by)];
}

/** What the ledger lacks of an attempt, or has too much. */
export function bookDifference(attempt: Attempt, differenceTiyin: bigint, by: Booking): NewLedgerEntry {
  const change = { tiyin: differenceTiyin, movement: undefined };
  return { ...entry(attempt, "CORRECTION", change, by), feeTiyin: 0n };
}

/** What Click holds of an attempt, as far as we know. */
export function balanceOf(attempt: Pick<Attempt, "state" | "amountTiyin">, returnedTiyin: bigint): bigint {
  const leftTiyin = attempt.amountTiyin - returnedTiyin;
  return holdsMoney(attempt) && leftTiyin > 0n ? leftTiyin : 0n;
}

/** All that the refunds have not told of. A cancelled attempt never had its money. */
function bookGone({ attempt, returnedTiyin }: BeforeMove, after: BookedAttempt, by: Booking): NewLedgerEntry[] {
  const heldTiyin = balanceOf(attempt, returnedTiyin);
  if (heldTiyin === 0n) return [];
  const isReversed = after.state === "REVERSED";
  const change = { tiyin: -heldTiyin, movement: isReversed ? "reversed" : "not taken", heldTiyin };
  return [entry(attempt, isReversed ? "REVERSED" : "CORRECTION", change, by)];
}

function kindOf({ state }: BookedAttempt): LedgerKind {
  return state === "OWED" ? "OWED" : "CAPTURED";
}

interface Change {
  readonly tiyin: bigint;
  readonly movement: string | undefined;
  /** Before it; absent where all of the attempt moves. */
  readonly heldTiyin?: bigint;
  readonly refundId?: RefundId;
}

function entry(attempt: BookedAttempt, kind: LedgerKind, change: Change, by: Booking): NewLedgerEntry {
  const { serviceId, orderId, paymentId, clickTransId } = attempt;
  return {
    kind,
    amountTiyin: change.tiyin,
    feeTiyin: feeOf(attempt, change),
    ...{ serviceId, reference: attempt.merchantTransId, orderId, paymentId, clickTransId },
    refundId: change.refundId,
    clickPaymentId: attempt.clickPaymentId ?? by.clickPaymentId ?? attempt.clickPaydocId,
    clickTime: by.clickTime,
    source: by.source,
    actor: by.actor ?? "",
    movement: change.movement,
  };
}

/** The fee is what goes back last: what is left is the fee's as long as there is no more of it than the fee. */
function feeOf({ feeTiyin }: BookedAttempt, { tiyin, heldTiyin }: Change): bigint {
  if (heldTiyin === undefined) return tiyin < 0n ? -feeTiyin : feeTiyin;
  const feeIn = (left: bigint) => (left < feeTiyin ? left : feeTiyin);
  return feeIn(heldTiyin + tiyin) - feeIn(heldTiyin);
}
