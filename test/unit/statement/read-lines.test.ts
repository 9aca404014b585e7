import { expect, test } from "vitest";
import { LINES_MAX, type Reading, readLines } from "../../../src/app/statement/read-lines.ts";
import { FailureError } from "../../../src/payment/failure.ts";

const HEADERS = ["№", "Платёж", "Заказ", "Сумма", "Комиссия", "Дата", "Статус", "Сервис"];
const READING: Reading = {
  columns: { CLICK_PAYMENT_ID: 1, REFERENCE: 2, AMOUNT: 3, COMMISSION: 4, TIME: 5, STATUS: 6, SERVICE_ID: 7 },
  statuses: { заморожен: "UNPAID" },
  headers: HEADERS,
  firstLine: 3,
  serviceId: "11111",
};
const GOOD = ["1", "3000000001", "57", "1 000,00", "10,0050", "15.10.2026 12:00:00", "Успешно", "11111"];

const change = (...changes: readonly (readonly [number, string])[]) =>
  GOOD.map((cell, index) => changes.find(([at]) => at === index)?.[1] ?? cell);

async function* rowsOf(rows: readonly (readonly string[])[]) {
  for (const [index, cells] of rows.entries()) yield { line: index + 1, cells };
}

const read = (...body: readonly (readonly string[])[]) =>
  readLines(rowsOf([["Отчёт", "за", "2026"], HEADERS, ...body]), READING);

async function faultsOf(...body: readonly (readonly string[])[]): Promise<readonly string[]> {
  const error: unknown = await read(...body).catch((thrown: unknown) => thrown);
  if (!(error instanceof FailureError) || error.failure.reason !== "INVALID_REQUEST") throw error;
  return error.failure.faults.map(({ field, rule }) => `${field}: ${rule}`);
}

test("reads a payment", async () => {
  expect((await read(GOOD)).lines).toEqual([
    {
      line: 3,
      clickPaymentId: "3000000001",
      clickTransId: undefined,
      reference: "57",
      amountTiyin: 100_000n,
      commissionTiyin: 1_001n,
      time: new Date("2026-10-15T07:00:00Z"),
      status: "PAID",
    },
  ]);
});

test("passes over empty rows, headers of the next page, and totals", async () => {
  const { lines } = await read(
    GOOD,
    GOOD.map(() => ""),
    HEADERS,
    ["", "", "", "1 000,00", "10,00", "", "", ""],
    GOOD,
    ["Итого за день", "", "", "1 000,00", "10,00", "", "", ""],
    ["", "Всего:", "", "2 000,00", "20,00", "", "", ""],
    ["", "", "Общий итог", "2 000,00", "20,00", "", "", ""],
  );

  expect(lines.map(({ line }) => line)).toEqual([3, 7]);
});

test("takes no payment for a total because of a word in it", async () => {
  const named = change([0, "Общество «Итог»"], [1, ""], [2, "Total-57"]);

  expect((await read(named)).lines).toHaveLength(1);
});

test("leaves out other services, and counts them", async () => {
  expect(await read(GOOD, change([7, "22222"]))).toMatchObject({ lines: [{ line: 3 }], otherServiceCount: 1 });
});

test("reads a payment that stands above what looked like the first one", async () => {
  const { lines } = await readLines(rowsOf([HEADERS, change([4, ""], [5, ""]), GOOD]), READING);

  expect(lines.map(({ line }) => line)).toEqual([2, 3]);
});

test.each<readonly [string, string[], string[]]>([
  ["a sum that is none", change([3, "тысяча"]), ['line 3, column D ("Сумма"): "тысяча" is no sum in whole tiyin']],
  ["a sum that may be two", change([3, "1,234"]), ['line 3, column D ("Сумма"): "1,234" is no sum in whole tiyin']],
  ["no sum", change([3, ""]), ['line 3, column D ("Сумма"): must not be empty']],
  ["a formula", change([3, "=A1+B1"]), ['line 3, column D ("Сумма"): "=A1+B1" is no sum in whole tiyin']],
  [
    "a number that a spreadsheet broke",
    change([1, "3,00E+09"]),
    [`line 3, column B ("Платёж"): "3,00E+09" is no number of Click's`],
  ],
  [
    "a time that is none",
    change([5, "31.02.2026"]),
    ['line 3, column F ("Дата"): "31.02.2026" is no time such as 31.12.2026 23:59:59'],
  ],
  [
    "an unknown status",
    change([6, "Висит"]),
    ['line 3, column G ("Статус"): "Висит" is no status that is known: say what it means'],
  ],
  [
    "a status that every object has",
    change([6, "constructor"]),
    ['line 3, column G ("Статус"): "constructor" is no status that is known: say what it means'],
  ],
  ["no status", change([6, ""]), ['line 3, column G ("Статус"): must not be empty']],
  [
    "nothing to know it by",
    change([1, ""], [2, ""]),
    ['line 3, column D ("Сумма"): stands beside no number of Click\'s or of an order'],
  ],
])("refuses %s, and says where", async (_, row, faults) => {
  expect(await faultsOf(row)).toEqual(faults);
});

test("tells twenty faults, not each of a whole file", async () => {
  expect(await faultsOf(...Array.from({ length: 100 }, () => change([3, "x"])))).toHaveLength(20);
});

test("a file has so many payments and no more", async () => {
  const rows = Array.from({ length: LINES_MAX + 1 }, () => GOOD);

  await expect(readLines(rowsOf(rows), { ...READING, firstLine: 1 })).rejects.toMatchObject({
    failure: { faults: [{ field: `line ${LINES_MAX + 1}`, rule: `a file may have ${LINES_MAX} payments` }] },
  });
});
