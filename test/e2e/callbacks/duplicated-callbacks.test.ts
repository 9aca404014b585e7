import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newClickId } from "../../support/click/click.ts";
import { APPLIED_ONCE, applied } from "../../support/shop/applied.ts";
import type { ShopOrder } from "../../support/shop/shop.ts";
import { type Reply, type ShopSite, startShopSite, WORLDS, type World } from "../../support/shop/shop-site.ts";
import { until } from "../../support/until.ts";

const ORDERS = 20;
const IN_FLIGHT = 64;
/** 20 orders, each call four times: 80 calls over 64 connections. */
const COPIES = 4;

describe.each(Object.keys(WORLDS) as World[])("nginx and %s", (world) => {
  let fixture: ShopSite;
  beforeAll(async () => {
    fixture = await startShopSite(world);
  });
  afterAll(() => fixture?.stop());

  test(`${IN_FLIGHT} parallel duplicated callbacks over ${ORDERS} orders pay each order once`, async () => {
    const orders = await Promise.all(Array.from({ length: ORDERS }, () => fixture.shop.addOrder()));
    const payments = orders.map((order) => ({ merchantTransId: order.number, clickTransId: newClickId() }));

    const prepared = await duplicated(payments, (payment) => fixture.callback("prepare", payment));
    const prepareIds = prepared.map((replies) => [
      ...new Set(replies.map((reply) => reply.json["merchant_prepare_id"])),
    ]);
    const completed = await duplicated(payments, (payment, index) =>
      fixture.callback("complete", { ...payment, merchantPrepareId: String(prepareIds[index]?.[0]) }),
    );
    await until("not every payment was marked paid", async () => (await paidPayments(fixture, orders)) === ORDERS);

    expect(prepared.flat().map((reply) => reply.json["error"])).toEqual(Array(ORDERS * COPIES).fill(0));
    expect(prepareIds.map((ids) => ids.length)).toEqual(Array(ORDERS).fill(1));
    expect(completed.map((replies) => replies.map((reply) => reply.json["error"]).sort())).toEqual(
      Array(ORDERS).fill([-4, -4, -4, 0]),
    );
    expect(await Promise.all(orders.map((order) => applied(fixture.shop, order)))).toEqual(
      orders.map(() => APPLIED_ONCE),
    );
    expect(await settledAttempts(fixture, orders)).toEqual(orders.map(() => 1));
    expect(fixture.site.logs().php).toBe("");
  });
});

async function duplicated<T>(items: readonly T[], ask: (item: T, index: number) => Promise<Reply>): Promise<Reply[][]> {
  return Promise.all(items.map((item, index) => Promise.all(Array.from({ length: COPIES }, () => ask(item, index)))));
}

async function paidPayments({ shop }: ShopSite, orders: readonly ShopOrder[]): Promise<number> {
  const ids = orders.map((order) => order.paymentId);
  const [row] = await shop.query(
    `SELECT COUNT(*) AS n FROM b_sale_order_payment p JOIN clickbridge_order_update u ON u.payment_id = p.ID
     WHERE p.ID IN (?) AND p.PAID = 'Y' AND u.state = 'APPLIED'`,
    [ids],
  );
  return Number(row?.["n"]);
}

async function settledAttempts({ shop }: ShopSite, orders: readonly ShopOrder[]): Promise<number[]> {
  const counts = await shop.query(
    "SELECT payment_id, COUNT(*) AS n FROM clickbridge_attempt WHERE state = 'SETTLED' AND payment_id IN (?) GROUP BY payment_id",
    [orders.map((order) => order.paymentId)],
  );
  return counts.map((row) => Number(row["n"]));
}
