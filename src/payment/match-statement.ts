import type { AttemptId, OrderId, PaymentId } from "./ids.ts";
import { netStatement, type StatementDebit } from "./net-statement.ts";
import type { BookedDebit, PaidWithoutClick, StatementLine } from "./statement.ts";

export type DifferenceKind = "ONLY_AT_CLICK" | "ONLY_IN_LEDGER" | "SUMS_DIFFER" | "PAID_WITHOUT_CLICK";

/**
 * Why, as far as the three sides tell. NOT_HEARD: no callback told of it, and the order waits. PAID_OTHERWISE: the same, and the shop shows the
 * order paid. NO_SUCH_ORDER: the shop has no such order. NOT_IN_FILE: Click's file has no such payment. NEAR_EDGE: the
 * same, so near an end of the period that it may stand in the neighbouring file. NOT_PAID_AT_CLICK: the file has it as not paid.
 * RETURNED_AT_CLICK: the file has less. RETURNED_IN_LEDGER: the ledger has less. OTHER_SUM: Click took another sum.
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
  | "RETURNED_IN_LEDGER"
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
  readonly ledgerTiyin: bigint;
  /** What the shop shows as paid, where it is about that. */
  readonly shopTiyin: bigint | undefined;
}

export interface StatementTotals {
  readonly lineCount: number;
  readonly duplicateCount: number;
  readonly clickTiyin: bigint;
  readonly commissionTiyin: bigint;
  readonly ledgerTiyin: bigint;
  /** What buyers paid on top of their orders, of `ledgerTiyin`. */
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

/** Click's file, which is held against the ledger page by page, so that what is equal need not be kept. */
export interface StatementMatching {
  /** Takes in debits of the ledger: those with an entry in the period, and those that lines of the file name. Each counts once. */
  book(debits: readonly BookedDebit[]): void;
  /** Click's numbers of what the ledger did not have so far. */
  unmetClickIds(): readonly string[];
  end(paidWithoutClick: readonly PaidWithoutClick[]): StatementMatch;
}

/**
 * Holds Click's file, the ledger and the shop's orders against each other. A debit that one side does not have counts 0 there, so that
 * what was taken and given back may be missing. Some files show what moved, others how it stands when the file was made:
 * either of the ledger's two sums is equal. `lines`: those of the period.
 */
export function beginMatch(lines: readonly StatementLine[], period: Period): StatementMatching {
  const { debits: atClick, duplicateCount } = netStatement(lines);
  const byPayment = indexOf(atClick, ({ clickPaymentId }) => clickPaymentId);
  const byTrans = indexOf(atClick, ({ clickTransId }) => clickTransId);
  const unmet = new Set(atClick);
  const booked = new Set<AttemptId>();
  /** Of the ledger, by reference: they may be of lines without Click's numbers. */
  const left = new Map<string, BookedDebit[]>();
  const differences: Difference[] = [];
  let [equalCount, equalTiyin, ledgerTiyin, feeTiyin] = [0, 0n, 0n, 0n];

  const compare = (file: StatementDebit | undefined, debit: BookedDebit | undefined) => {
    if (file !== undefined) unmet.delete(file);
    if (!isEqual(file, debit)) differences.push(differenceOf(file, debit, period));
    else if (file !== undefined && debit !== undefined) {
      equalCount += 1;
      equalTiyin += file.netTiyin;
    }
  };
  const bookOne = (debit: BookedDebit) => {
    if (booked.has(debit.attemptId)) return;
    booked.add(debit.attemptId);
    ledgerTiyin += debit.periodTiyin;
    feeTiyin += debit.feeTiyin;
    const file = [byPayment.get(debit.clickPaymentId ?? ""), byTrans.get(debit.clickTransId ?? "")].find(
      (one) => one !== undefined && unmet.has(one),
    );
    if (file !== undefined) return compare(file, debit);
    const ofReference = left.get(debit.reference);
    if (ofReference === undefined) left.set(debit.reference, [debit]);
    else ofReference.push(debit);
  };
  return {
    book: (debits) => debits.forEach(bookOne),
    unmetClickIds: () =>
      [...unmet]
        .flatMap(({ clickPaymentId, clickTransId }) => [clickPaymentId, clickTransId])
        .filter((id) => id !== undefined),
    end: (paidWithoutClick) => {
      for (const file of unmet) compare(file, takeByReference(left, file));
      for (const debits of left.values()) for (const debit of debits) compare(undefined, debit);
      const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
      const clickTiyin = sum(atClick.map(({ netTiyin }) => netTiyin));
      const commissionTiyin = sum(atClick.map(commissionOf));
      return {
        equalCount,
        equalTiyin,
        differences: [...differences, ...paidWithoutClick.map(paidOf)],
        totals: { lineCount: lines.length, duplicateCount, clickTiyin, commissionTiyin, ledgerTiyin, feeTiyin },
      };
    },
  };
}

/** The first of each. */
function indexOf(
  debits: readonly StatementDebit[],
  keyOf: (debit: StatementDebit) => string | undefined,
): ReadonlyMap<string, StatementDebit> {
  const index = new Map<string, StatementDebit>();
  for (const debit of debits) {
    const key = keyOf(debit);
    if (key !== undefined && !index.has(key)) index.set(key, debit);
  }
  return index;
}

/** A debit of the same order where one side has no number of Click's to compare; one of the same sum before another. */
function takeByReference(left: Map<string, BookedDebit[]>, file: StatementDebit): BookedDebit | undefined {
  const ofReference = left.get(file.reference ?? "") ?? [];
  const candidates = ofReference.filter((debit) => !areTwo(file, debit));
  const taken = candidates.find((debit) => isEqual(file, debit)) ?? candidates[0];
  if (taken !== undefined) ofReference.splice(ofReference.indexOf(taken), 1);
  return taken;
}

/** Both have a number of Click's of one sort, and these differ: two debits of one order. */
function areTwo(file: StatementDebit, booked: BookedDebit): boolean {
  const differ = (a: string | undefined, b: string | undefined) => a !== undefined && b !== undefined && a !== b;
  return differ(file.clickPaymentId, booked.clickPaymentId) || differ(file.clickTransId, booked.clickTransId);
}

function isEqual(file: StatementDebit | undefined, debit: BookedDebit | undefined): boolean {
  const netTiyin = file?.netTiyin ?? 0n;
  return netTiyin === (debit?.periodTiyin ?? 0n) || netTiyin === (debit?.heldTiyin ?? 0n);
}

function differenceOf(file: StatementDebit | undefined, booked: BookedDebit | undefined, period: Period): Difference {
  const kind = booked === undefined ? "ONLY_AT_CLICK" : file === undefined ? "ONLY_IN_LEDGER" : "SUMS_DIFFER";
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
    ledgerTiyin: booked?.periodTiyin ?? 0n,
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
  return file.netTiyin < booked.periodTiyin ? "RETURNED_AT_CLICK" : "RETURNED_IN_LEDGER";
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
    ...{ clickTiyin: 0n, ledgerTiyin: 0n, shopTiyin: amountTiyin },
  };
}
