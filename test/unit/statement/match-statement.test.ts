import { describe, expect, test } from "vitest";
import { asAttemptId, asOrderId, asPaymentId } from "../../../src/payment/ids.ts";
import { beginMatch } from "../../../src/payment/match-statement.ts";
import type { BookedDebit, PaidWithoutClick, StatementLine } from "../../../src/payment/statement.ts";

const PERIOD = { from: new Date("2026-10-01T00:00:00+05:00"), to: new Date("2026-11-01T00:00:00+05:00") };
const NOON = new Date("2026-10-15T12:00:00+05:00");

let lastLine = 1;

function line(of: Partial<StatementLine> = {}): StatementLine {
  lastLine += 1;
  return {
    line: lastLine,
    clickPaymentId: "3000000001",
    clickTransId: "5000000001",
    reference: "57",
    amountTiyin: 100_000n,
    commissionTiyin: 1_000n,
    time: NOON,
    status: "PAID",
    ...of,
  };
}

function debit(of: Partial<BookedDebit> = {}): BookedDebit {
  const { periodTiyin = 100_000n } = of;
  return {
    attemptId: asAttemptId(9),
    clickPaymentId: "3000000001",
    clickTransId: "5000000001",
    reference: "57",
    orderId: asOrderId(7),
    paymentId: asPaymentId(8),
    takenTiyin: 100_000n,
    periodTiyin,
    heldTiyin: periodTiyin,
    feeTiyin: 0n,
    time: NOON,
    ...of,
  };
}

const match = (
  lines: readonly StatementLine[],
  debits: readonly BookedDebit[],
  paidWithoutClick: readonly PaidWithoutClick[] = [],
) => {
  const matching = beginMatch(lines, PERIOD);
  // By pages, and twice: a debit counts once.
  for (const [index, debit] of debits.entries()) matching.book([{ ...debit, attemptId: asAttemptId(index + 1) }]);
  matching.book(debits.map((debit, index) => ({ ...debit, attemptId: asAttemptId(index + 1) })));
  return matching.end(paidWithoutClick);
};

const told = (...sides: Parameters<typeof match>) =>
  match(...sides).differences.map(({ kind, reason }) => `${kind} ${reason}`);

test("a debit that both sides have is equal, and no difference", () => {
  const { equalCount, equalTiyin, differences } = match([line()], [debit()]);

  expect([equalCount, equalTiyin, differences]).toEqual([1, 100_000n, []]);
});

test("adds up what the file says, its commission, and the ledger with the buyer's fee", () => {
  const lines = [line(), line({ clickPaymentId: "2", clickTransId: "2", amountTiyin: 5_000n, commissionTiyin: 50n })];

  expect(match(lines, [debit({ feeTiyin: 700n })]).totals).toEqual({
    lineCount: 2,
    duplicateCount: 0,
    clickTiyin: 105_000n,
    commissionTiyin: 1_050n,
    ledgerTiyin: 100_000n,
    feeTiyin: 700n,
  });
});

describe("a difference", () => {
  test.each<readonly [string, StatementLine[], BookedDebit[], string[]]>([
    ["money that no callback told of", [line()], [], ["ONLY_AT_CLICK NOT_HEARD"]],
    ["money that Click's file does not have", [], [debit()], ["ONLY_IN_LEDGER NOT_IN_FILE"]],
    [
      "money that may stand in the next month's file",
      [],
      [debit({ time: new Date("2026-10-31T23:59:50+05:00") })],
      ["ONLY_IN_LEDGER NEAR_EDGE"],
    ],
    [
      "money that may stand in the file of the month before",
      [],
      [debit({ time: new Date("2026-10-01T00:00:01+05:00") })],
      ["ONLY_IN_LEDGER NEAR_EDGE"],
    ],
    ["another sum", [line({ amountTiyin: 90_000n })], [debit()], ["SUMS_DIFFER OTHER_SUM"]],
    ["a return in the cabinet", [line({ status: "RETURNED" })], [debit()], ["SUMS_DIFFER RETURNED_AT_CLICK"]],
    [
      "a return of which Click knows nothing",
      [line()],
      [debit({ periodTiyin: 0n })],
      ["SUMS_DIFFER RETURNED_IN_LEDGER"],
    ],
    [
      "a part given back in the cabinet, as a line of its own",
      [line(), line({ amountTiyin: -30_000n, status: "RETURNED" })],
      [debit()],
      ["SUMS_DIFFER RETURNED_AT_CLICK"],
    ],
    ["a payment that failed at Click", [line({ status: "UNPAID" })], [debit()], ["SUMS_DIFFER NOT_PAID_AT_CLICK"]],
    [
      "a second payment of one transaction",
      [line(), line({ clickPaymentId: "3000000002", amountTiyin: 500n })],
      [debit()],
      ["ONLY_AT_CLICK NOT_HEARD"],
    ],
    [
      "an order that was paid twice, once unheard",
      [line(), line({ clickPaymentId: "3000000002", clickTransId: "5000000002" })],
      [debit()],
      ["ONLY_AT_CLICK NOT_HEARD"],
    ],
  ])("%s", (_, lines, debits, expected) => {
    expect(told(lines, debits)).toEqual(expected);
  });

  test("a paid order without money is told with its number", () => {
    const paid = { paymentId: asPaymentId(8), orderId: asOrderId(7), orderNumber: "57", amountTiyin: 100n, time: NOON };

    const { differences } = match(
      [],
      [],
      [
        { ...paid, wasHeld: false },
        { ...paid, wasHeld: true },
      ],
    );

    expect(differences).toMatchObject([
      { kind: "PAID_WITHOUT_CLICK", reason: "MARKED_IN_SHOP", orderNumber: "57", shopTiyin: 100n },
      { kind: "PAID_WITHOUT_CLICK", reason: "RETURNED_STILL_PAID" },
    ]);
  });
});

describe("no difference", () => {
  test.each<readonly [string, StatementLine[], BookedDebit[]]>([
    ["a line that stands there twice", [line(), line()], [debit()]],
    ["a payment and its return in two lines", [line(), line({ status: "RETURNED" })], [debit({ periodTiyin: 0n })]],
    ["a return as a negative sum", [line(), line({ amountTiyin: -100_000n })], [debit({ periodTiyin: 0n })]],
    ["a payment whose only line says that it went back", [line({ status: "RETURNED" })], [debit({ periodTiyin: 0n })]],
    [
      "a payment that went back in the next month, in a file of today",
      [line({ status: "RETURNED" })],
      [debit({ periodTiyin: 100_000n, heldTiyin: 0n })],
    ],
    [
      "a payment that went back in the next month, in a file of then",
      [line()],
      [debit({ periodTiyin: 100_000n, heldTiyin: 0n })],
    ],
    [
      "a return of last month's payment, which the file tells as a negative line",
      [line({ amountTiyin: -100_000n, status: "RETURNED" })],
      [debit({ periodTiyin: -100_000n, heldTiyin: 0n })],
    ],
    ["taken and given back, and not in the file", [], [debit({ periodTiyin: 0n })]],
    ["a try that failed", [line({ status: "UNPAID" })], []],
    [
      "a file without Click's numbers, and a failed try of the same order",
      [
        line({ clickPaymentId: undefined, clickTransId: undefined }),
        line({ clickPaymentId: undefined, clickTransId: undefined, status: "RETURNED" }),
      ],
      [debit()],
    ],
    [
      "two equal payments of one order on one minute, told apart by Click's number",
      [line(), line({ clickPaymentId: "3000000002", clickTransId: undefined })],
      [debit(), debit({ clickPaymentId: "3000000002", clickTransId: undefined })],
    ],
    [
      "a debit of which we never learned Click's number",
      [line({ clickTransId: undefined })],
      [debit({ clickPaymentId: undefined })],
    ],
    [
      "a line of the return with one of the two numbers",
      [line(), line({ clickPaymentId: undefined, amountTiyin: -100_000n })],
      [debit({ periodTiyin: 0n })],
    ],
  ])("%s", (_, lines, debits) => {
    expect(told(lines, debits)).toEqual([]);
  });
});

test("a duplicated line is counted once, and told", () => {
  const { totals, equalTiyin } = match([line(), line(), line()], [debit()]);

  expect([totals.duplicateCount, totals.clickTiyin, equalTiyin]).toEqual([2, 100_000n, 100_000n]);
});
