import { afterAll, beforeAll, expect, test } from "vitest";
import {
  StatementDifference_Kind as Kind,
  StatementDifference_Reason as Reason,
  StatementColumn_Role as Role,
} from "../../../src/gen/clickbridge/v1/statement.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import {
  addMonth,
  type CabinetLine,
  cabinetCsv,
  linesOf,
  type MonthPayment,
  type Side,
} from "../../support/shop/month-at-click.ts";
import { createShop, SERVICE, type Shop } from "../../support/shop/shop.ts";

/** A month of 5,000 orders, on which Click, the ledger and the shop agree but for twelve. */

const ORDERS = 5_000;

/** By the number of the payment in the month: what one side has otherwise, and what has to be said of it. */
const PLANTED: Readonly<
  Record<
    number,
    Side & { readonly click?: (line: CabinetLine) => readonly CabinetLine[]; readonly said: readonly [Kind, Reason] }
  >
> = {
  100: { ledger: "NOTHING", shop: "UNPAID", said: [Kind.KIND_ONLY_AT_CLICK, Reason.REASON_NOT_HEARD] },
  4100: { ledger: "NOTHING", shop: "UNPAID", said: [Kind.KIND_ONLY_AT_CLICK, Reason.REASON_NOT_HEARD] },
  900: { ledger: "NOTHING", shop: "NO_ORDER", said: [Kind.KIND_ONLY_AT_CLICK, Reason.REASON_NO_SUCH_ORDER] },
  1300: { click: () => [], said: [Kind.KIND_ONLY_IN_LEDGER, Reason.REASON_NOT_IN_FILE] },
  2200: { click: () => [], said: [Kind.KIND_ONLY_IN_LEDGER, Reason.REASON_NOT_IN_FILE] },
  1700: {
    click: (line) => [{ ...line, amountTiyin: line.amountTiyin + 1n }],
    said: [Kind.KIND_SUMS_DIFFER, Reason.REASON_OTHER_SUM],
  },
  2500: {
    click: (line) => [{ ...line, status: "Отменён" }],
    said: [Kind.KIND_SUMS_DIFFER, Reason.REASON_RETURNED_AT_CLICK],
  },
  2600: {
    click: (line) => [line, { ...line, status: "Возврат", amountTiyin: -100n }],
    said: [Kind.KIND_SUMS_DIFFER, Reason.REASON_RETURNED_AT_CLICK],
  },
  3100: { ledger: "RETURNED", shop: "UNPAID", said: [Kind.KIND_SUMS_DIFFER, Reason.REASON_RETURNED_IN_LEDGER] },
  3500: {
    click: (line) => [{ ...line, status: "Ошибка" }],
    said: [Kind.KIND_SUMS_DIFFER, Reason.REASON_NOT_PAID_AT_CLICK],
  },
  3900: { ledger: "NOTHING", click: () => [], said: [Kind.KIND_PAID_WITHOUT_CLICK, Reason.REASON_MARKED_IN_SHOP] },
  // Given back by all, and still paid in the shop.
  4407: { shop: "STILL_PAID", said: [Kind.KIND_PAID_WITHOUT_CLICK, Reason.REASON_RETURNED_STILL_PAID] },
};

let shop: Shop;
let service: TestService;
let month: readonly MonthPayment[];

beforeAll(async () => {
  shop = await createShop();
  month = await addMonth(shop, ORDERS, (index) => PLANTED[index] ?? {});
  service = await startTestService({ databaseUrl: shop.url });
});

afterAll(async () => {
  await service?.stop();
  await shop?.stop();
});

function match(file: Uint8Array, more: { readonly confirmColumns?: boolean; readonly serviceId?: bigint } = {}) {
  const request = {
    serviceId: BigInt(SERVICE.serviceId),
    firstDay: "2026-10-01",
    lastDay: "2026-10-31",
    columns: [],
    statuses: [],
  };
  return call(service.ledger, service.ledger.matchStatement, {
    ...request,
    file: Buffer.from(file),
    confirmColumns: false,
    ...more,
  });
}

/** With what every file has: lines that stand there twice, and tries that failed. */
function fileOfMonth(): Buffer {
  const lines = month.flatMap((payment, index) => {
    const [first, ...others] = linesOf(payment);
    if (first === undefined) return [];
    const told = [...(PLANTED[index]?.click?.(first) ?? [first]), ...others];
    if (index % 500 === 1) return [...told, ...told];
    const failed = { clickPaymentId: `9${payment.clickPaymentId}`, clickTransId: `9${payment.clickTransId}` };
    return index % 50 === 3 ? [{ ...first, payment: { ...payment, ...failed }, status: "Неуспешно" }, ...told] : told;
  });
  return Buffer.from(cabinetCsv(lines));
}

test("finds the twelve differences of a month, and no other", async () => {
  const file = fileOfMonth();

  const first = await match(file);
  const { matched, differences, totals, omittedDifferenceCount } = await match(file, { confirmColumns: true });

  expect(first.matched).toBe(false);
  expect(first.columns.map(({ role, index, header, proven }) => [role, index, header, proven])).toEqual([
    [Role.ROLE_CLICK_PAYMENT_ID, 1, "Номер платежа", true],
    [Role.ROLE_CLICK_TRANS_ID, 2, "ID транзакции", true],
    [Role.ROLE_REFERENCE, 7, "Номер заказа", true],
    [Role.ROLE_AMOUNT, 4, "Сумма, сум", true],
    [Role.ROLE_COMMISSION, 5, "Комиссия, сум", false],
    [Role.ROLE_TIME, 3, "Дата оплаты", true],
    [Role.ROLE_STATUS, 6, "Статус", true],
  ]);
  const said = Object.fromEntries(
    differences.map(({ orderNumber, reference, kind, reason }) => [orderNumber || reference, [kind, reason]]),
  );
  expect(said).toEqual(
    Object.fromEntries(Object.entries(PLANTED).map(([index, { said: one }]) => [`A-${Number(index) + 1}`, one])),
  );
  expect([matched, differences.length, omittedDifferenceCount]).toEqual([true, 12, 0]);
  expect(totals).toMatchObject({ duplicateCount: 10, otherServiceCount: 0, equalCount: ORDERS - 11 });
});

test("what a person confirmed is remembered for files with this header, and no others", async () => {
  const file = fileOfMonth();
  await match(file, { confirmColumns: true });

  expect((await match(file)).matched).toBe(true);
  expect((await match(Buffer.from(file.toString().replace("Комиссия", "Сбор")))).matched).toBe(false);
});
