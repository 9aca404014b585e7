import { describe, expect, test } from "vitest";
import { columnIndex, columnName, type Row } from "../../../src/app/statement/layout.ts";
import { recogniseColumns } from "../../../src/app/statement/recognise-columns.ts";
import { statusOfWord } from "../../../src/app/statement/statement-words.ts";
import { asAttemptId, asOrderId, asPaymentId } from "../../../src/payment/ids.ts";
import type { BookedDebit } from "../../../src/payment/statement.ts";

const SERVICE_ID = "11111";

const DEBITS: readonly BookedDebit[] = Array.from({ length: 10 }, (_, index) => ({
  attemptId: asAttemptId(index),
  clickPaymentId: `${3_000_000_001 + index}`,
  clickTransId: `${5_000_000_001 + index}`,
  // Numbers of orders that look like numbers of rows.
  reference: `${10 - index}`,
  orderId: asOrderId(index),
  paymentId: asPaymentId(index),
  takenTiyin: BigInt(150_000 + index * 100),
  periodTiyin: BigInt(150_000 + index * 100),
  heldTiyin: BigInt(150_000 + index * 100),
  feeTiyin: 0n,
  time: new Date(Date.parse("2026-10-15T12:00:00+05:00") + index * 60_000),
}));

const CELLS: Readonly<Record<string, (debit: BookedDebit, index: number) => string>> = {
  row: (_, index) => `${index + 1}`,
  payment: ({ clickPaymentId }) => `${clickPaymentId}`,
  trans: ({ clickTransId }) => `${clickTransId}`,
  reference: ({ reference }) => reference,
  amount: ({ takenTiyin }) => `${takenTiyin / 100n},00`,
  payout: ({ takenTiyin }) => `${(takenTiyin / 100n) * 99n},00`,
  commission: () => "15,00",
  time: (_, index) => `15.10.2026 12:${String(index).padStart(2, "0")}:30`,
  status: () => "Успешно",
  phone: () => "998901234567",
  service: () => SERVICE_ID,
};

function table(
  columns: readonly string[],
  { header, titles = [] }: { header?: string[]; titles?: string[][] } = {},
): Row[] {
  const body = DEBITS.map((debit, index) => columns.map((name) => CELLS[name]?.(debit, index) ?? ""));
  return [...titles, ...(header === undefined ? [] : [header]), ...body].map((cells, index) => ({
    line: index + 1,
    cells,
  }));
}

const recognise = (rows: readonly Row[], debits = DEBITS) => recogniseColumns(rows, debits, SERVICE_ID);

describe("by what the ledger knows", () => {
  test("every column, without any header", () => {
    const columns = ["row", "status", "phone", "time", "service", "amount", "trans", "reference", "payment"];

    const { columns: found, proven, firstLine } = recognise(table(columns));

    expect(found).toEqual({
      CLICK_PAYMENT_ID: 8,
      CLICK_TRANS_ID: 6,
      REFERENCE: 7,
      SERVICE_ID: 4,
      AMOUNT: 5,
      TIME: 3,
      STATUS: 1,
    });
    expect([proven, firstLine]).toEqual([
      ["CLICK_PAYMENT_ID", "CLICK_TRANS_ID", "REFERENCE", "SERVICE_ID", "AMOUNT", "TIME", "STATUS"],
      1,
    ]);
  });

  test("a column of numbers in which the service happens to stand is not the service's", () => {
    const rows = table(["payment", "amount", "row"], { header: ["ID платежа", "Сумма", "№"] });

    expect(recogniseColumns(rows, DEBITS, "7").columns).toEqual({ CLICK_PAYMENT_ID: 0, AMOUNT: 1 });
  });

  test("against a header that lies", () => {
    const header = ["Сумма", "Номер платежа", "Заказ", "Сумма к перечислению", "Дата"];

    expect(recognise(table(["payout", "trans", "row", "amount", "time"], { header })).columns).toMatchObject({
      CLICK_TRANS_ID: 1,
      AMOUNT: 3,
      TIME: 4,
    });
  });

  test("by order and sum, in a file without Click's numbers", () => {
    expect(recognise(table(["row", "reference", "amount", "time"])).columns).toMatchObject({
      REFERENCE: 1,
      AMOUNT: 2,
      TIME: 3,
    });
  });
});

describe("by the header", () => {
  const header = ["№", "Номер платежа", "Номер заказа", "Сумма, сум", "Комиссия, сум", "Дата оплаты", "Статус"];
  const columns = ["row", "payment", "reference", "amount", "commission", "time", "status"];

  test("what the ledger says nothing of", () => {
    const found = recognise(table(columns, { header }), []);

    expect(found.columns).toEqual({ CLICK_PAYMENT_ID: 1, REFERENCE: 2, AMOUNT: 3, COMMISSION: 4, TIME: 5, STATUS: 6 });
    expect(found.proven).toEqual(["STATUS"]);
  });

  test("in Uzbek and in English", () => {
    const uzbek = ["№", "To‘lov raqami", "Buyurtma", "Summa", "Komissiya", "Sana", "Holat"];
    const english = ["#", "payment_id", "merchant_trans_id", "Amount", "Fee", "Date", "State"];

    for (const one of [uzbek, english])
      expect(recognise(table(columns, { header: one }), []).columns).toEqual({
        ...{ CLICK_PAYMENT_ID: 1, REFERENCE: 2, AMOUNT: 3, COMMISSION: 4, TIME: 5, STATUS: 6 },
      });
  });

  test("of several lines, under titles that are no header", () => {
    const titles = [
      ["Отчёт по платежам", "", "", "", "", "", ""],
      ["Период", "01.10.2026", "31.10.2026", "", "", "", ""],
      ["№", "Номер", "Номер", "Сумма", "Комиссия", "Дата", "Статус"],
    ];

    const { headers, firstLine } = recognise(
      table(columns, { titles, header: ["", "платежа", "заказа", "сум", "сум", "оплаты", ""] }),
    );

    expect(headers).toEqual([
      "№",
      "Номер платежа",
      "Номер заказа",
      "Сумма сум",
      "Комиссия сум",
      "Дата оплаты",
      "Статус",
    ]);
    expect(firstLine).toBe(5);
  });
});

test("words of the status column that nobody knows are told", () => {
  const rows = table(["payment", "amount", "status"]).map((row, index) =>
    index === 3 ? { ...row, cells: [...row.cells.slice(0, 2), "Заморожен"] } : row,
  );

  expect(recognise(rows)).toMatchObject({ statuses: { успешно: "PAID" }, unknownStatuses: ["заморожен"] });
});

test.each([
  ["Оплачено", "PAID"],
  ["Подтверждён", "PAID"],
  ["SUCCESS", "PAID"],
  ["To'langan", "PAID"],
  ["Не оплачено", "UNPAID"],
  ["Неуспешно", "UNPAID"],
  ["Ошибка", "UNPAID"],
  ["unpaid", "UNPAID"],
  ["To'lanmagan", "UNPAID"],
  ["Отменён", "RETURNED"],
  ["Возврат", "RETURNED"],
  ["Reversed", "RETURNED"],
  ["Bekor qilingan", "RETURNED"],
  ["Сторно", "RETURNED"],
  ["?", undefined],
])("the status %j means %s", (word, status) => {
  expect(statusOfWord(word)).toBe(status);
});

test.each([
  [0, "A"],
  [25, "Z"],
  [26, "AA"],
  [54, "BC"],
  [255, "IV"],
])("column %i is named %s", (index, name) => {
  expect([columnName(index), columnIndex(name)]).toEqual([name, index]);
});
