import fc from "fast-check";
import { expect, test } from "vitest";
import { asAttemptId } from "../../../src/payment/ids.ts";
import { beginMatch } from "../../../src/payment/match-statement.ts";
import type { BookedDebit, StatementLine } from "../../../src/payment/statement.ts";

/** Any month, in any way in which the cabinet may write it. */

const PERIOD = { from: new Date("2026-10-01T00:00:00+05:00"), to: new Date("2026-11-01T00:00:00+05:00") };
const TIME = new Date("2026-10-15T12:00:00+05:00");

interface History {
  readonly takenTiyin: bigint;
  readonly takenIn: "PERIOD" | "BEFORE";
  readonly parts: readonly { readonly share: number; readonly isIn: boolean }[];
  readonly style: "MOVES" | "AS_IT_IS_NOW" | "AS_IT_WAS";
  readonly isTwice: boolean;
  readonly names: "BOTH" | "PAYMENT" | "TRANS";
}

const history: fc.Arbitrary<History> = fc.record({
  takenTiyin: fc.bigInt({ min: 100n, max: 10n ** 12n }),
  takenIn: fc.constantFrom("PERIOD", "PERIOD", "PERIOD", "BEFORE"),
  parts: fc.array(fc.record({ share: fc.integer({ min: 1, max: 100 }), isIn: fc.boolean() }), { maxLength: 3 }),
  style: fc.constantFrom("MOVES", "AS_IT_IS_NOW", "AS_IT_WAS"),
  isTwice: fc.boolean(),
  names: fc.constantFrom("BOTH", "PAYMENT", "TRANS"),
});

interface Told {
  readonly debit: BookedDebit;
  readonly lines: readonly StatementLine[];
}

function tell(one: History, index: number): Told {
  const id = String(1_000 + index);
  let leftTiyin = one.takenTiyin;
  const backs = one.parts.map(({ share, isIn }) => {
    const tiyin = (leftTiyin * BigInt(share)) / 100n;
    leftTiyin -= tiyin;
    return { tiyin, isIn: isIn || one.takenIn === "BEFORE" };
  });
  const inPeriod = backs.filter(({ isIn }) => isIn).reduce((sum, { tiyin }) => sum + tiyin, 0n);
  const takenInPeriod = one.takenIn === "PERIOD" ? one.takenTiyin : 0n;
  const debit: BookedDebit = {
    ...{ attemptId: asAttemptId(index + 1), orderId: undefined, paymentId: undefined, reference: `A-${index % 3}` },
    ...{ clickPaymentId: `9${id}`, clickTransId: `5${id}`, takenTiyin: one.takenTiyin, feeTiyin: 0n, time: TIME },
    ...{ periodTiyin: takenInPeriod - inPeriod, heldTiyin: leftTiyin },
  };
  const line = (amountTiyin: bigint, status: StatementLine["status"], number: number): StatementLine => ({
    ...{ line: index * 10 + number, reference: debit.reference, commissionTiyin: undefined, amountTiyin, status },
    clickPaymentId: one.names === "TRANS" ? undefined : debit.clickPaymentId,
    clickTransId: one.names === "PAYMENT" ? undefined : debit.clickTransId,
    time: new Date(TIME.getTime() + number * 1_000),
  });
  return { debit, lines: linesOf(one, { debit, backs, line }) };
}

function linesOf(
  { style, takenIn, takenTiyin, isTwice }: History,
  told: {
    readonly debit: BookedDebit;
    readonly backs: readonly { readonly tiyin: bigint; readonly isIn: boolean }[];
    readonly line: (amountTiyin: bigint, status: StatementLine["status"], number: number) => StatementLine;
  },
): readonly StatementLine[] {
  const { debit, backs, line } = told;
  // What went back whole may be left out by a file that shows how it stands.
  if (style === "AS_IT_IS_NOW" && takenIn === "PERIOD" && debit.heldTiyin === 0n)
    return isTwice ? [] : [line(takenTiyin, "RETURNED", 0)];
  const isNow = style === "AS_IT_IS_NOW" && takenIn === "PERIOD";
  const taken = takenIn === "PERIOD" ? [line(takenTiyin, "PAID", 0)] : [];
  const moves = backs
    .filter(({ isIn, tiyin }) => (isIn || isNow) && tiyin > 0n)
    .map(({ tiyin }, index) => line(-tiyin, index % 2 === 0 ? "RETURNED" : "PAID", index + 1));
  const all = [...taken, ...moves];
  return isTwice ? [...all, ...all] : all;
}

function differencesOf(told: readonly Told[], lines: readonly StatementLine[]) {
  const matching = beginMatch(lines, PERIOD);
  matching.book(told.map(({ debit }) => debit));
  return matching.end([]).differences;
}

const anyMonth = fc.array(history, { maxLength: 30 }).chain((histories) => {
  const told = histories.map(tell);
  const lines = told.flatMap((one) => one.lines);
  return fc.record({ told: fc.constant(told), lines: fc.shuffledSubarray(lines, { minLength: lines.length }) });
});

test("of a month on which Click and the ledger agree there is no difference", () => {
  fc.assert(
    fc.property(anyMonth, ({ told, lines }) => {
      expect(differencesOf(told, lines)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("one tiyin that the ledger has otherwise is one difference, of that very payment", () => {
  const month = anyMonth.filter(({ told }) => told.length > 0);
  fc.assert(
    fc.property(month, fc.nat(), fc.constantFrom(1n, -1n), ({ told, lines }, which, tiyin) => {
      const index = which % told.length;
      const changed = told.map((one, at) => {
        const { periodTiyin, heldTiyin } = one.debit;
        // Beyond every sum that a file may show of it.
        const other = { periodTiyin: periodTiyin + tiyin * 10n ** 13n, heldTiyin: heldTiyin + tiyin * 10n ** 13n };
        return at === index ? { ...one, debit: { ...one.debit, ...other } } : one;
      });

      const differences = differencesOf(changed, lines);

      expect(differences.map(({ clickPaymentId }) => clickPaymentId)).toEqual([told[index]?.debit.clickPaymentId]);
    }),
  );
});
