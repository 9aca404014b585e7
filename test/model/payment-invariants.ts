import { expect } from "vitest";
import { anomaliesWithoutAttempt, attemptRecord } from "../support/service/attempt-record.ts";
import type { ShopOrder } from "../support/shop/shop.ts";
import type { ShopAndService } from "../support/shop/shop-and-service.ts";
import type { Model, ModelAttempt } from "./payment-model.ts";

export interface Real {
  readonly fixture: ShopAndService;
  readonly order: ShopOrder;
  /** The state in which each attempt was last seen. */
  readonly seen: Map<number, string>;
}

const WITH_MONEY = ["CAPTURED", "SETTLED", "OWED", "REVERSED"];
/** Where a state may go without an operator. What is not here is final. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  REFUSED: ["PREPARED", "CAPTURED", "OWED", "CANCELLED"],
  PREPARED: ["CAPTURED", "OWED", "CANCELLED"],
  CAPTURED: ["SETTLED"],
};

/** What must hold after every event, whatever it was. */
export async function expectInvariants(model: Model, real: Real): Promise<void> {
  const { shop } = real.fixture;
  const rows = await shop.query("SELECT id, state FROM clickbridge_attempt WHERE merchant_trans_id = ? ORDER BY id", [
    real.order.number,
  ]);
  expect(rows).toEqual(model.attempts.map(({ id, state }) => ({ id, state })).sort((a, b) => a.id - b.id));

  const holding = rows.filter((row) => row["state"] === "CAPTURED" || row["state"] === "SETTLED");
  expect(holding.length, "attempts that hold the payment").toBeLessThanOrEqual(1);

  for (const row of rows) {
    const before = real.seen.get(row["id"]);
    if (before !== undefined && before !== row["state"]) expect(NEXT[before] ?? []).toContain(row["state"]);
    real.seen.set(row["id"], row["state"]);
  }
  await expectBooked(model, real);
  for (const attempt of model.attempts) await expectMoneyKept(real, attempt);
  for (const clickTransId of model.homelessMoney) {
    expect(await anomaliesWithoutAttempt(shop, clickTransId)).toEqual(["MONEY_WITHOUT_ATTEMPT"]);
  }
}

/** What Click has taken is what the ledger says, of each attempt and so of all. */
async function expectBooked({ attempts }: Model, { fixture, order }: Real): Promise<void> {
  const rows = await fixture.shop.query(
    "SELECT attempt_id, SUM(amount_tiyin) AS tiyin FROM clickbridge_ledger WHERE reference = ? GROUP BY attempt_id",
    [order.number],
  );
  const taken = attempts.filter(({ moneyTaken }) => moneyTaken).map(({ id, amountTiyin }) => [id, amountTiyin]);
  expect(Object.fromEntries(rows.map((row) => [row["attempt_id"], Number(row["tiyin"])]))).toEqual(
    Object.fromEntries(taken),
  );
}

/** No money that Click took is forgotten: the attempt has it, or a person is told. */
async function expectMoneyKept({ fixture }: Real, attempt: ModelAttempt): Promise<void> {
  const { state, anomalies, orderUpdates, captured } = await attemptRecord(fixture.shop, attempt.id);
  if (attempt.moneyTaken) expect(WITH_MONEY).toContain(state);
  if (attempt.moneyRefused) expect(Object.keys(anomalies)).not.toEqual([]);
  expect(captured, "capture_time is set exactly when the money was taken").toBe(attempt.moneyTaken);
  // A capture kept by a payment has one order update; other money has none.
  expect(orderUpdates).toHaveLength(state === "CAPTURED" || state === "SETTLED" ? 1 : 0);
}
