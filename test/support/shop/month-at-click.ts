import { SERVICE, type Shop } from "./shop.ts";

/** One payment of a month, as Click has it; what the ledger and the shop have of it is written beside. */
export interface MonthPayment {
  readonly clickPaymentId: string;
  readonly clickTransId: string;
  readonly orderNumber: string;
  readonly orderId: number;
  readonly paymentId: number;
  readonly amountTiyin: bigint;
  readonly returnedTiyin: bigint;
  readonly time: Date;
}

/** What of a payment a side has, instead of what is true. */
export interface Side {
  readonly ledger?: "NOTHING" | "NOT_RETURNED" | "RETURNED";
  readonly shop?: "UNPAID" | "NO_ORDER" | "STILL_PAID";
}

const MONTH_BEGIN_MS = Date.parse("2026-10-01T00:00:00+05:00");
const MONTH_MS = 31 * 24 * 3_600_000;
const ROWS_A_STATEMENT = 500;
const FIRST_ORDER_ID = 100_000;

/**
 * Orders of October 2026, one payment each, in the shop and in the ledger as the service writes it: 3 of 100 given back, 2 of them in part,
 * one in Click's cabinet. `sideOf` says which payments a side has otherwise.
 */
export async function addMonth(
  shop: Pick<Shop, "query" | "paySystemId">,
  count: number,
  sideOf: (index: number) => Side = () => ({}),
): Promise<readonly MonthPayment[]> {
  const payments = Array.from({ length: count }, (_, index) => paymentOf(index, count));
  const orders: unknown[][] = [];
  const shopPayments: unknown[][] = [];
  const entries: unknown[][] = [];
  for (const [index, payment] of payments.entries()) {
    const { ledger, shop: inShop } = sideOf(index);
    const { orderId, paymentId, orderNumber, amountTiyin, returnedTiyin, time } = payment;
    const sum = soums(amountTiyin);
    const isReturned = returnedTiyin === amountTiyin && inShop !== "STILL_PAID";
    const isPaid = inShop !== "UNPAID" && !isReturned;
    if (inShop !== "NO_ORDER") {
      orders.push([orderId, orderNumber, sum]);
      const paidTime = isPaid || isReturned ? wallClock(time) : null;
      shopPayments.push([
        paymentId,
        orderId,
        `${orderNumber}/1`,
        shop.paySystemId,
        sum,
        isPaid ? "Y" : "N",
        paidTime,
        isReturned ? "P" : "N",
      ]);
    }
    if (ledger === "NOTHING") continue;
    const common = [
      SERVICE.serviceId,
      orderNumber,
      orderId,
      paymentId,
      index + 1,
      payment.clickTransId,
      payment.clickPaymentId,
      "",
    ];
    entries.push([utc(time), utc(time), "CAPTURED", amountTiyin, ...common, "CALLBACK", "taken"]);
    const backTiyin = ledger === "RETURNED" ? amountTiyin : ledger === "NOT_RETURNED" ? 0n : returnedTiyin;
    const later = new Date(time.getTime() + 3_600_000);
    const inCabinet = index % 300 === 7;
    if (backTiyin > 0n)
      entries.push([
        utc(later),
        null,
        inCabinet ? "REVERSED" : "REFUNDED",
        -backTiyin,
        ...common,
        "OPERATOR",
        "refund 1",
      ]);
  }
  const insert = async (into: string, rows: readonly unknown[][]) => {
    for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT)
      await shop.query(`INSERT INTO ${into} VALUES ?`, [rows.slice(at, at + ROWS_A_STATEMENT)]);
  };
  await insert("b_sale_order (ID, ACCOUNT_NUMBER, PRICE)", orders);
  await insert(
    "b_sale_order_payment (ID, ORDER_ID, ACCOUNT_NUMBER, PAY_SYSTEM_ID, SUM, PAID, DATE_PAID, IS_RETURN)",
    shopPayments,
  );
  await insert(
    `clickbridge_ledger (booked_time, click_time, kind, amount_tiyin, service_id, reference, order_id, payment_id, attempt_id,
       click_trans_id, click_payment_id, actor, source, movement, fee_tiyin)`,
    entries.map((entry) => [...entry, 0]),
  );
  return payments;
}

function paymentOf(index: number, count: number): MonthPayment {
  const amountTiyin = BigInt(100_000 + ((index * 7_919) % 5_000_000)) * 100n + BigInt(index % 100);
  const returned = { 7: amountTiyin, 23: amountTiyin / 4n, 61: 5_000n }[index % 100] ?? 0n;
  return {
    clickPaymentId: String(3_000_000_000 + index * 3),
    clickTransId: String(15_000_000_000 + index * 7),
    orderNumber: `A-${index + 1}`,
    orderId: FIRST_ORDER_ID + index,
    paymentId: FIRST_ORDER_ID + index,
    amountTiyin,
    returnedTiyin: returned,
    // Nobody buys within an hour of the month's ends.
    time: new Date(MONTH_BEGIN_MS + 3_600_000 + Math.floor(((MONTH_MS - 4 * 3_600_000) / count) * index)),
  };
}

function soums(tiyin: bigint): string {
  const digits = String(tiyin < 0n ? -tiyin : tiyin).padStart(3, "0");
  return `${tiyin < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** A DATETIME of ours. */
function utc(time: Date): string {
  return time.toISOString().slice(0, 19).replace("T", " ");
}

/** A DATETIME of the shop's, in Tashkent. */
function wallClock(time: Date): string {
  return utc(new Date(time.getTime() + 5 * 3_600_000));
}

/** A line of the cabinet's file. */
export interface CabinetLine {
  readonly payment: MonthPayment;
  readonly amountTiyin: bigint;
  readonly status: string;
}

/** Each payment, and each return as a line of its own. */
export function linesOf(payment: MonthPayment): readonly CabinetLine[] {
  const { amountTiyin, returnedTiyin } = payment;
  const paid = { payment, amountTiyin, status: "Успешно" };
  if (returnedTiyin === 0n) return [paid];
  // The whole: the status of the only line; a part: another line.
  if (returnedTiyin === amountTiyin) return [{ ...paid, status: "Отменён" }];
  return [paid, { payment, amountTiyin: -returnedTiyin, status: "Возврат" }];
}

/** As a cabinet might write it: titles, two lines of header, sums as texts, a total at the end. */
export function cabinetCsv(lines: readonly CabinetLine[]): string {
  const rows = lines.map(({ payment, amountTiyin, status }, index) =>
    [
      index + 1,
      payment.clickPaymentId,
      payment.clickTransId,
      wallClock(payment.time).replace(/^(\d+)-(\d+)-(\d+)/, "$3.$2.$1"),
      grouped(amountTiyin),
      grouped(amountTiyin / 100n),
      status,
      payment.orderNumber,
    ].join(";"),
  );
  const total = lines.reduce((sum, { amountTiyin }) => sum + amountTiyin, 0n);
  return [
    "Отчёт по платежам;;;;;;;",
    "Период;01.10.2026;31.10.2026;;;;;",
    "№;Номер;ID;Дата;Сумма,;Комиссия,;Статус;Номер",
    ";платежа;транзакции;оплаты;сум;сум;;заказа",
    ...rows,
    `Итого;;;;${grouped(total)};${grouped(total / 100n)};;`,
    "",
  ].join("\r\n");
}

/** `1 234 567,89`, with spaces that do not break. */
function grouped(tiyin: bigint): string {
  return soums(tiyin)
    .replace(".", ",")
    .replace(/\B(?=(\d{3})+(?!\d))/g, "\u00A0");
}
