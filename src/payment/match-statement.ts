import type { OrderId, PaymentId } from "./ids.ts";
import { netStatement, type StatementDebit } from "./net-statement.ts";
import type { BookedDebit, PaidWithoutClick, StatementLine } from "./statement.ts";

export type DifferenceKind = "ONLY_AT_CLICK" | "ONLY_IN_BOOKS" | "SUMS_DIFFER" | "PAID_WITHOUT_CLICK";

/**
 * Why, as far as the three sides tell. NOT_HEARD: no callback told of it, and the order waits. PAID_OTHERWISE: the same, and the shop shows the
 * order paid. NO_SUCH_ORDER: the shop has no such order. NOT_IN_FILE: Click's file has no such payment. NEAR_EDGE: the
 * same, so near an end of the period that it may stand in the neighbouring file. NOT_PAID_AT_CLICK: the file has it as not paid.
 * RETURNED_AT_CLICK: the file has less. RETURNED_IN_BOOKS: the books have less. OTHER_SUM: Click took another sum.
 * MARKED_IN_SHOP: somebody marked the order paid. RETURNED_STILL_PAID: the money went back, and the order is paid still.
 */
export type DifferenceReason =
  | "NOT_HEARD"
  | "PAID_OTHERWISE"
  | "NO_SUCH_ORDER"
  | "NOT_IN_FILE"
  | "NEAR_EDGE"
  | "NOT_PAID_AT_CLICK"
  | "RETURNED_AT_CLICK"
  | "RETURNED_IN_BOOKS"
  | "OTHER_SUM"
  | "MARKED_IN_SHOP"
  | "RETURNED_STILL_PAID";

export interface Difference {
  readonly kind: DifferenceKind;
  readonly reason: DifferenceReason;
  /** Of Click's file. */
  readonly lines: readonly number[];
  readonly clickPaymentId: string | undefined;
  readonly clickTransId: string | undefined;
  readonly reference: string | undefined;
  readonly orderId: OrderId | undefined;
  readonly paymentId: PaymentId | undefined;
  readonly orderNumber: string | undefined;
  readonly time: Date | undefined;
  /** What Click's file says that Click holds; 0 when it does not have it. */
  readonly clickTiyin: bigint;
  /** What the ledger says that Click holds, in the period. */
  readonly booksTiyin: bigint;
  /** What the shop shows as paid, where it is about that. */
  readonly shopTiyin: bigint | undefined;
}

export interface StatementTotals {
  readonly lineCount: number;
  readonly duplicateCount: number;
  readonly clickTiyin: bigint;
  readonly commissionTiyin: bigint;
  readonly booksTiyin: bigint;
  /** What buyers paid on top of their orders, of `booksTiyin`. */
  readonly feeTiyin: bigint;
}

export interface StatementMatch {
  readonly equalCount: number;
  readonly equalTiyin: bigint;
  readonly differences: readonly Difference[];
  readonly totals: StatementTotals;
}

/** From the first instant to the last, which is no part of it. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** Click's clock and ours, and the way of a callback. */
const EDGE_MS = 30 * 60_000;

export interface Sides {
  /** Those of the period. */
  readonly lines: readonly StatementLine[];
  /** Those with an entry in the period, and those that lines of the file name. */
  readonly debits: readonly BookedDebit[];
  readonly paidWithoutClick: readonly PaidWithoutClick[];
  readonly period: Period;
}

/**
 * Holds Click's file, the ledger and the shop's orders against each other. A debit that one side does not have counts 0 there, so that
 * what was taken and given back may be missing. Some files show what moved, others how it stands when the file was made:
 * either of the ledger's two sums is equal.
 */
export function matchStatement({ lines, debits, paidWithoutClick, period }: Sides): StatementMatch {
  const { debits: atClick, duplicateCount } = netStatement(lines);
  const pairs = pair(atClick, debits);
  const differences: Difference[] = [];
  let [equalCount, equalTiyin] = [0, 0n];
  for (const { file, booked } of pairs) {
    const netTiyin = file?.netTiyin ?? 0n;
    if (netTiyin !== (booked?.periodTiyin ?? 0n) && netTiyin !== (booked?.heldTiyin ?? 0n))
      differences.push(differenceOf(file, booked, period));
    else if (file !== undefined && booked !== undefined) {
      equalCount += 1;
      equalTiyin += netTiyin;
    }
  }
  const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
  return {
    equalCount,
    equalTiyin,
    differences: [...differences, ...paidWithoutClick.map(paidOf)],
    totals: {
      lineCount: lines.length,
      duplicateCount,
      clickTiyin: sum(atClick.map(({ netTiyin }) => netTiyin)),
      commissionTiyin: sum(atClick.map(commissionOf)),
      booksTiyin: sum(debits.map(({ periodTiyin }) => periodTiyin)),
      feeTiyin: sum(debits.map(({ feeTiyin }) => feeTiyin)),
    },
  };
}

interface Pair {
  readonly file: StatementDebit | undefined;
  readonly booked: BookedDebit | undefined;
}

/** By Click's numbers; by the reference where one side has no number to compare. */
function pair(atClick: readonly StatementDebit[], debits: readonly BookedDebit[]): readonly Pair[] {
  const byPayment = indexOf(debits, ({ clickPaymentId }) => clickPaymentId);
  const byTrans = indexOf(debits, ({ clickTransId }) => clickTransId);
  const taken = new Set<BookedDebit>();
  const pairs: Pair[] = [];
  const left: StatementDebit[] = [];
  for (const file of atClick) {
    const booked =
      (file.clickPaymentId === undefined ? undefined : byPayment.get(file.clickPaymentId)) ??
      (file.clickTransId === undefined ? undefined : byTrans.get(file.clickTransId));
    if (booked === undefined || taken.has(booked)) left.push(file);
    else {
      taken.add(booked);
      pairs.push({ file, booked });
    }
  }
  const byReference = new Map<string, BookedDebit[]>();
  for (const booked of debits)
    if (!taken.has(booked)) byReference.set(booked.reference, [...(byReference.get(booked.reference) ?? []), booked]);
  for (const file of left) {
    const ofReference = byReference.get(file.reference ?? "") ?? [];
    const candidates = ofReference.filter((booked) => !taken.has(booked) && !areTwo(file, booked));
    const booked = candidates.find((one) => isEqual(file, one)) ?? candidates[0];
    if (booked !== undefined) taken.add(booked);
    pairs.push({ file, booked });
  }
  return [...pairs, ...debits.filter((one) => !taken.has(one)).map((booked) => ({ file: undefined, booked }))];
}

/** The first of each: what is here twice is left for the other ways. */
function indexOf(
  debits: readonly BookedDebit[],
  keyOf: (debit: BookedDebit) => string | undefined,
): ReadonlyMap<string, BookedDebit> {
  const index = new Map<string, BookedDebit>();
  for (const debit of debits) {
    const key = keyOf(debit);
    if (key !== undefined && !index.has(key)) index.set(key, debit);
  }
  return index;
}

/** Both have a number of Click's of one sort, and these differ: two debits of one order. */
function areTwo(file: StatementDebit, booked: BookedDebit): boolean {
  const differ = (a: string | undefined, b: string | undefined) => a !== undefined && b !== undefined && a !== b;
  return differ(file.clickPaymentId, booked.clickPaymentId) || differ(file.clickTransId, booked.clickTransId);
}

function isEqual({ netTiyin }: StatementDebit, { periodTiyin, heldTiyin }: BookedDebit): boolean {
  return netTiyin === periodTiyin || netTiyin === heldTiyin;
}

function differenceOf(file: StatementDebit | undefined, booked: BookedDebit | undefined, period: Period): Difference {
  const kind = booked === undefined ? "ONLY_AT_CLICK" : file === undefined ? "ONLY_IN_BOOKS" : "SUMS_DIFFER";
  return {
    kind,
    reason: reasonOf(file, booked, period),
    lines: file?.lines.map(({ line }) => line) ?? [],
    clickPaymentId: file?.clickPaymentId ?? booked?.clickPaymentId,
    clickTransId: file?.clickTransId ?? booked?.clickTransId,
    reference: booked?.reference ?? file?.reference,
    orderId: booked?.orderId,
    paymentId: booked?.paymentId,
    orderNumber: undefined,
    time: file?.lines[0]?.time ?? booked?.time,
    clickTiyin: file?.netTiyin ?? 0n,
    booksTiyin: booked?.periodTiyin ?? 0n,
    shopTiyin: undefined,
  };
}

function reasonOf(file: StatementDebit | undefined, booked: BookedDebit | undefined, period: Period): DifferenceReason {
  if (booked === undefined) return "NOT_HEARD";
  if (file === undefined) return isNearEdge(booked.time, period) ? "NEAR_EDGE" : "NOT_IN_FILE";
  if (file.lines.every(({ status }) => status === "UNPAID")) return "NOT_PAID_AT_CLICK";
  const paidTiyin = file.lines
    .filter(({ status, amountTiyin }) => status === "PAID" && amountTiyin > 0n)
    .reduce((total, { amountTiyin }) => total + amountTiyin, 0n);
  if (paidTiyin !== 0n && paidTiyin !== booked.takenTiyin) return "OTHER_SUM";
  return file.netTiyin < booked.periodTiyin ? "RETURNED_AT_CLICK" : "RETURNED_IN_BOOKS";
}

function isNearEdge(time: Date, { from, to }: Period): boolean {
  return time.getTime() - from.getTime() < EDGE_MS || to.getTime() - time.getTime() <= EDGE_MS;
}

/** As it stands in the lines that tell of money; of a payment whose only line says that it went back there is none. */
function commissionOf({ lines }: StatementDebit): bigint {
  return lines
    .filter(({ status, amountTiyin }) => status === "PAID" || (status === "RETURNED" && amountTiyin < 0n))
    .reduce((total, { commissionTiyin = 0n }) => total + commissionTiyin, 0n);
}

function paidOf({ paymentId, orderId, orderNumber, amountTiyin, time, wasHeld }: PaidWithoutClick): Difference {
  return {
    kind: "PAID_WITHOUT_CLICK",
    reason: wasHeld ? "RETURNED_STILL_PAID" : "MARKED_IN_SHOP",
    lines: [],
    ...{ clickPaymentId: undefined, clickTransId: undefined, reference: undefined },
    ...{ paymentId, orderId, orderNumber, time },
    ...{ clickTiyin: 0n, booksTiyin: 0n, shopTiyin: amountTiyin },
  };
}
