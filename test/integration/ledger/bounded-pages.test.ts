import { afterAll, beforeAll, expect, test } from "vitest";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { statement } from "../../../src/mysql/driver/statement.ts";
import { ledgerReader } from "../../../src/mysql/ledger/ledger-reader.ts";
import { asOrderId, asPaymentId, asServiceId } from "../../../src/payment/ids.ts";
import { shopAndService } from "../../support/shop/shop-and-service.ts";

/** What a page of the ledger reads does not grow with the ledger. */
const fixture = shopAndService();
const MANY = 20_000;
let pool: Pool;
beforeAll(async () => {
  pool = new Pool({ url: fixture.shop.url, connectionsMax: 1 });
  await fixture.shop.query(
    `INSERT INTO clickbridge_ledger (booked_time, kind, amount_tiyin, fee_tiyin, service_id, reference, order_id, payment_id, source, actor)
     WITH RECURSIVE n AS (SELECT 0 AS i UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY / 20 - 1}), m AS (SELECT 0 AS j UNION ALL SELECT j + 1 FROM m WHERE j < 19)
     SELECT '2025-01-01' + INTERVAL i * 20 + j MINUTE, IF(j % 2 = 0, 'CAPTURED', 'REFUNDED'), IF(j % 2 = 0, 1, -1), 0, 7 + j % 3, '', 1000000 + i, 2000000 + i, 'CALLBACK', ''
     FROM n CROSS JOIN m`,
  );
  await fixture.shop.query("ANALYZE TABLE clickbridge_ledger");
});
afterAll(() => pool.close());

async function rowsRead(): Promise<number> {
  const [status] = await pool.run(statement("SHOW SESSION STATUS LIKE 'Handler_read%'"));
  return (status?.rows ?? []).reduce((sum, row) => sum + Number(row["Value"]), 0);
}

test.each([
  ["a time", { bookedFrom: new Date("2025-01-10"), bookedBefore: new Date("2025-01-11") }],
  ["a time and a service", { bookedFrom: new Date("2025-01-10"), serviceId: asServiceId("8") }],
  ["an order", { orderId: asOrderId(1_000_300) }],
  ["a payment", { paymentId: asPaymentId(2_000_300) }],
  ["a payment of Click's that there is not", { clickPaymentId: "5" }],
  ["anything", {}],
])("a page by %s reads little more than it gives", async (_, filter) => {
  const ledger = ledgerReader(pool);
  const before = await rowsRead();
  const first = await ledger.list(filter, { after: undefined, limit: 10 });
  const second = first.next && (await ledger.list(filter, { after: first.next, limit: 10 }));

  expect((await rowsRead()) - before).toBeLessThan(200);
  const ids = [...first.entries, ...(second?.entries ?? [])].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
