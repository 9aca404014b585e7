import { type Attempt, holdsMoney } from "./attempt.ts";
import type { LedgerEntryId, OrderId, PaymentId, RefundId, ServiceId } from "./ids.ts";

/**
 * The ledger: every movement of the money that Click holds for the shop, booked once and never changed. The sum of amounts is what Click holds.
 *
 * CAPTURED: Click took it for this order. OWED: Click took it, but no order keeps it; negative when an operator accepts it for a payment,
 * together with an ACCEPTED of the same sum. REFUNDED: returned by our refund. REVERSED: returned otherwise, for example in Click's
 * cabinet. CORRECTION: corrects earlier entries.
 */
export const LEDGER_KINDS = ["CAPTURED", "OWED", "ACCEPTED", "REFUNDED", "REVERSED", "CORRECTION"] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** The source of the entry. */
export type LedgerSource = "CALLBACK" | "RECONCILIATION" | "CARD" | "PASS" | "CABINET" | "OPERATOR";

export interface LedgerEntry {
  readonly id: LedgerEntryId;
  /** By the database's clock. */
  readonly bookedTime: Date;
  /** By Click's clock, when Click sent a time. */
  readonly clickTime: Date | undefined;
  readonly kind: LedgerKind;
  /** Signed change of what Click holds for the shop. */
  readonly amountTiyin: bigint;
  /** Signed; the buyer's fee that the amount includes. */
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
  /** Name of the token that requested it; empty when none did. */
  readonly actor: string;
}

/** An entry to write, with its attempt, order and payment. */
export interface NewLedgerEntry extends Omit<LedgerEntry, "id" | "bookedTime" | "attemptId"> {
  /** Identifies the movement within its attempt: a unique key keeps it from being booked twice. */
  readonly movement: string | undefined;
}

/** Facts of a movement besides the attempt. */
export interface Booking {
  readonly source: LedgerSource;
  readonly actor?: string;
  readonly clickTime?: Date | undefined;
  /** Click's payment number, when the attempt has none yet. */
  readonly clickPaymentId?: string | undefined;
}

/** Fields of an attempt that an entry copies. */
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

/** The attempt before the move, and what its refunds had returned by then. */
export interface BeforeMove {
  readonly attempt: BookedAttempt;
  readonly returnedTiyin: bigint;
}

/** Entries for an attempt's move to another state. `after`: the attempt after the move. */
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

/** Entries for money that Click took for an attempt. */
export function bookTaken(attempt: BookedAttempt, by: Booking): NewLedgerEntry[] {
  if (!holdsMoney(attempt)) return [];
  return [entry(attempt, kindOf(attempt), { tiyin: attempt.amountTiyin, movement: "taken" }, by)];
}

/** Entries for a done refund: at most what was held. */
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
export function bookDifference(
  attempt: Attempt,
  { lacksTiyin, lacksFeeTiyin }: { readonly lacksTiyin: bigint; readonly lacksFeeTiyin: bigint },
  by: Booking,
): NewLedgerEntry {
  const change = { tiyin: lacksTiyin, movement: undefined };
  return { ...entry(attempt, "CORRECTION", change, by), feeTiyin: lacksFeeTiyin };
}

/** The part of a remainder that is the buyer's fee, which is returned last. */
export function feeIn(leftTiyin: bigint, { feeTiyin }: Pick<Attempt, "feeTiyin">): bigint {
  return leftTiyin < feeTiyin ? leftTiyin : feeTiyin;
}

/** The amount of an attempt that Click holds, as far as we know. */
export function balanceOf(attempt: Pick<Attempt, "state" | "amountTiyin">, returnedTiyin: bigint): bigint {
  const leftTiyin = attempt.amountTiyin - returnedTiyin;
  return holdsMoney(attempt) && leftTiyin > 0n ? leftTiyin : 0n;
}

/** Entries for everything that refunds have not booked. A cancelled attempt never had money. */
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
  /** The amount held before; absent when the whole attempt moves. */
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

function feeOf(attempt: BookedAttempt, { tiyin, heldTiyin }: Change): bigint {
  if (heldTiyin === undefined) return tiyin < 0n ? -attempt.feeTiyin : attempt.feeTiyin;
  return feeIn(heldTiyin + tiyin, attempt) - feeIn(heldTiyin, attempt);
}
