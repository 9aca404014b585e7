import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { watchForRewind } from "../../../src/app/instance/watch-for-rewind.ts";
import type { ListEventsRequest } from "../../../src/gen/clickbridge/v1/payment_service.ts";
import { highWaterMark } from "../../../src/high-water-mark.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { failureOf } from "../../support/service/failure.ts";
import { followEvents } from "../../support/service/follow-events.ts";
import { DAY, MINUTE, reconciliationOfTest } from "../../support/service/reconciliation-of-test.ts";
import { runCli } from "../../support/service/run-cli.ts";
import { call, startTestService } from "../../support/service/service.ts";
import { purchase } from "../../support/shop/purchase.ts";

/** What the service does when its database has gone back in time. */
const reconciliation = reconciliationOfTest();
const OURS = ["attempt", "status_poll", "order_update", "anomaly", "event", "restore", "payment", "ledger"];

beforeEach(async () => {
  reconciliation.behave({});
  await reconciliation.shop.query("UPDATE b_sale_order SET CANCELED = 'Y'");
  await reconciliation.forget(OURS);
  await reconciliation.shop.query("UPDATE clickbridge_event_log SET last_seq = 0, purged_seq = 0");
});

const list = (request: Partial<ListEventsRequest> = {}) =>
  call(reconciliation.service.payments, reconciliation.service.payments.listEvents, {
    ...{ afterSeq: undefined, pageSize: 0, filter: undefined, epoch: 0n },
    ...request,
  });
const numbered = async () => {
  await reconciliation.deps.sequencer.number(200);
  return list();
};
const told = (behind?: { attemptId: number; eventSeq: number }) =>
  reconciliation.deps.restores.restored({
    sinceTime: new Date(Date.now() - 60_000),
    actor: "test",
    behind,
    paySystemIds: [1],
  });

async function prepared(): Promise<number> {
  const { number: merchantTransId } = await reconciliation.shop.addOrder();
  return (await clickOver(reconciliation.service).prepare({ merchantTransId })).merchantPrepareId ?? 0;
}

/** The database as it was before some attempt and its events. */
async function goBack(attemptId: number): Promise<void> {
  await reconciliation.shop.query("DELETE FROM clickbridge_event WHERE aggregate_id >= ? + 0", [attemptId]);
  await reconciliation.shop.query("DELETE FROM clickbridge_attempt WHERE id >= ?", [attemptId]);
  await reconciliation.shop.query("DELETE FROM clickbridge_ledger WHERE attempt_id >= ?", [attemptId]);
  await reconciliation.shop.query(`ALTER TABLE clickbridge_attempt AUTO_INCREMENT = ${attemptId}`);
  await reconciliation.shop.query(
    "UPDATE clickbridge_event_log SET last_seq = (SELECT COALESCE(MAX(seq), 0) FROM clickbridge_event) WHERE id = 1",
  );
}

describe("a reported restore", () => {
  test("lets attempts go on far ahead, within int32", async () => {
    const before = await prepared();

    const { outcome, fromAttemptId } = await told();
    const after = await prepared();

    expect(outcome).toBe("DONE");
    expect(fromAttemptId).toBeGreaterThan(before + 999_999);
    expect(after).toBeGreaterThan(fromAttemptId);
    expect(after).toBeLessThan(2 ** 31);
  });

  test("lets the ledger go on far ahead as well: no number is given to a second entry", async () => {
    const numbers = async () =>
      (await reconciliation.shop.query("SELECT id, amount_tiyin FROM clickbridge_ledger ORDER BY id")).map((row) => [
        Number(row["id"]),
        Number(row["amount_tiyin"]),
      ]);
    await purchase(reconciliation.service, reconciliation.shop);

    await told();
    await purchase(reconciliation.service, reconciliation.shop);

    const [[before = 0] = [], [kept = 0, nothing] = [], [after] = []] = await numbers();
    expect(kept).toBeGreaterThan(before + 999_999);
    expect([nothing, after]).toEqual([0, kept + 1]);
  });

  test("twice, and by several at once, has one effect", async () => {
    await prepared();

    const outcomes = (await Promise.all([told(), told(), told()])).map(({ outcome }) => outcome);

    expect([...outcomes].sort()).toEqual(["DONE", "KNOWN", "KNOWN"]);
    expect((await told()).outcome).toBe("KNOWN");
    expect(await reconciliation.shop.query("SELECT actor FROM clickbridge_restore")).toEqual([{ actor: "test" }]);
  });

  test("of the next backup is another one", async () => {
    const first = await told();
    await reconciliation.shop.query("UPDATE clickbridge_restore SET create_time = create_time - INTERVAL 1 DAY");

    const second = await told();

    expect([first.outcome, second.outcome]).toEqual(["DONE", "DONE"]);
    expect(second.fromAttemptId).toBeGreaterThan(first.fromAttemptId);
    expect(second.epoch).toBeGreaterThan(first.epoch);
  });
});

describe("events after a restore", () => {
  test("are numbered far ahead in another epoch, and a follower at the last one that is left passes over the gap", async () => {
    const attemptId = await prepared();
    const before = await numbered();
    const { epoch } = await told();
    await prepared();
    await numbered();

    const { events, ...after } = await list({ afterSeq: before.newestSeq });

    expect(before.epoch).toBe(1n);
    expect(after).toMatchObject({ epoch: BigInt(epoch), newestSeq: BigInt(epoch) + 2n });
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [BigInt(epoch) + 1n, "epoch.began"],
      [BigInt(epoch) + 2n, "attempt.prepared"],
    ]);
    expect(Number(events[1]?.id)).toBeGreaterThan(epoch);
    const first = await list();
    const rest = await list({ afterSeq: first.nextAfterSeq, epoch: BigInt(epoch) });
    expect(first.events.map(({ aggregateId }) => aggregateId)).toEqual([String(attemptId)]);
    expect(rest.events).toEqual(events);
  });

  test("a cursor of another epoch, or into lost events, is refused with its own reason", async () => {
    await prepared();
    const { newestSeq, epoch } = await numbered();
    const restored = await told();
    const lost = { afterSeq: newestSeq + 1n, epoch: 0n };
    const old = { afterSeq: newestSeq, epoch };

    const failures = await Promise.all(
      [lost, old].flatMap((cursor) => [
        failureOf(list(cursor)),
        failureOf(followEvents(reconciliation.service.payments, cursor).ended),
      ]),
    );

    const metadata = { epoch: String(restored.epoch), keptSeq: String(newestSeq), newestSeq: String(restored.epoch) };
    for (const failure of failures)
      expect(failure).toMatchObject({ code: "OUT_OF_RANGE", reason: "EPOCH_CHANGED", metadata });
  });

  test("a stream that is open ends when another epoch begins", async () => {
    await prepared();
    const { newestSeq, epoch } = await numbered();
    const watch = followEvents(reconciliation.service.payments, {
      afterSeq: newestSeq,
      epoch,
      heartbeatIntervalSeconds: 1,
    });
    await watch.heartbeat();

    await told();

    expect(await failureOf(watch.ended)).toMatchObject({ code: "OUT_OF_RANGE", reason: "EPOCH_CHANGED" });
  });
});

describe("the high water outside the database", () => {
  async function marked() {
    const folder = await mkdtemp(join(tmpdir(), "clickbridge-state-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, "state.json");
    const look = () => watchForRewind({ ...reconciliation.deps, highWaterMark: highWaterMark(file) });
    return { file, look };
  }

  test("shows that the database has gone back: once, and by itself", async () => {
    const { file, look } = await marked();
    await prepared();
    const lost = await prepared();
    await numbered();
    const found = [await look()];
    await goBack(lost);

    found.push(...(await Promise.all([look(), look()])), await look());

    expect(found.filter(Boolean)).toEqual([true]);
    expect(await reconciliation.shop.query("SELECT actor FROM clickbridge_restore")).toEqual([{ actor: "serve" }]);
    expect(await prepared()).toBeGreaterThan(lost + 999_999);
    expect(JSON.parse(await readFile(file, "utf8")).attemptId).toBeGreaterThan(lost);
  });

  test("is nothing on a database that only goes on, nor where there is none yet", async () => {
    const { look } = await marked();
    const found = [await look()];
    await prepared();
    await numbered();
    found.push(await look(), await look());

    expect(found).toEqual([false, false, false]);
    expect(await reconciliation.shop.query("SELECT id FROM clickbridge_restore")).toEqual([]);
  });

  test("is looked at before `serve` answers anybody", async () => {
    const { file } = await marked();
    await writeFile(file, JSON.stringify({ attemptId: 50_000_000, eventSeq: 7 }));

    const service = await startTestService({
      databaseUrl: reconciliation.shop.url,
      env: { ...reconciliation.env, CLICKBRIDGE_STATE_FILE: file },
    });
    onTestFinished(() => service.stop());

    expect(await prepared()).toBeGreaterThan(50_999_999);
    expect(await reconciliation.shop.query("SELECT actor FROM clickbridge_restore")).toEqual([{ actor: "serve" }]);
  });

  test("that is no such file stops the look", async () => {
    const { file, look } = await marked();
    await writeFile(file, '{"attemptId": "many"}');

    await expect(look()).rejects.toThrow("is no state file");
  });
});

describe("what a restore lost is found at Click", () => {
  test("an order with the number of a lost, paid order: that money is OWED, and its own buyer's payment is kept", async () => {
    const lostOrder = await reconciliation.shop.addOrder({ number: "70001" });
    const lost = await reconciliation.pay(lostOrder);
    (lost as { createdAt: Date }).createdAt = new Date(lost.createdAt.getTime() - 5 * DAY * 1_000);
    await reconciliation.shop.query("DELETE FROM b_sale_order_payment WHERE ORDER_ID = ?", [lostOrder.orderId]);
    await reconciliation.shop.query("DELETE FROM b_sale_order WHERE ID = ?", [lostOrder.orderId]);
    for (const table of OURS) await reconciliation.shop.query(`DELETE FROM clickbridge_${table}`);
    await reconciliation.deps.restores.restored({
      ...{ sinceTime: new Date(Date.now() - 6 * DAY * 1_000), actor: "test", behind: undefined, paySystemIds: [1] },
    });
    const order = await reconciliation.shop.addOrder({ number: "70001" });
    const paid = await reconciliation.pay(order);

    // Two days per poll.
    for (let minutes = 0; minutes < 4; minutes += 1) {
      await reconciliation.round();
      await reconciliation.pass(MINUTE);
    }

    const attempts = await reconciliation.shop.query(
      "SELECT state, CAST(click_paydoc_id AS CHAR) AS paydoc FROM clickbridge_attempt WHERE payment_id = ? ORDER BY id",
      [order.paymentId],
    );
    expect(attempts).toEqual([
      { state: "CAPTURED", paydoc: String(paid.paymentId) },
      { state: "OWED", paydoc: String(lost.paymentId) },
    ]);
    expect(await reconciliation.shop.query("SELECT kind FROM clickbridge_anomaly WHERE state = 'OPEN'")).toEqual([
      { kind: "PAID_WITHOUT_ATTEMPT" },
    ]);
  });

  test("an order that was unpaid in the backup is polled at once: the Complete of its Prepare is lost", async () => {
    const order = await reconciliation.shop.addOrder();
    await reconciliation.payUnheard(order);
    await reconciliation.round();

    await told();
    await reconciliation.round();

    expect(await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(order))).toMatchObject({
      state: "CAPTURED",
    });
  });

  test("without any restore: money of another debit that named an attempt is found under its reference", async () => {
    const order = await reconciliation.shop.addOrder();
    await reconciliation.pay(order, { outcome: "hang" });
    const attemptId = await reconciliation.attemptOf(order);
    const second = await reconciliation.payUnheard(order);
    const named = { merchantTransId: order.number, merchantPrepareId: String(attemptId) };
    const debit = { clickTransId: newClickId(), clickPaydocId: String(second.paymentId) };
    await reconciliation.shop.query("DELETE FROM clickbridge_attempt WHERE id > ?", [attemptId]);
    const answer = await clickOver(reconciliation.service).complete({ ...named, ...debit });
    await reconciliation.pass(3 * MINUTE);

    await reconciliation.round();

    expect(answer.error).toBe(-6);
    const owed = await reconciliation.shop.query(
      "SELECT CAST(click_paydoc_id AS CHAR) AS paydoc FROM clickbridge_attempt WHERE state = 'OWED'",
    );
    expect(owed).toEqual([{ paydoc: String(second.paymentId) }]);
  });

  test("in a service with a fee: the sum that Click does not say is taken to have it", async () => {
    const { shop } = reconciliation;
    const order = await shop.addOrder();
    await reconciliation.pay(order, { outcome: "hang" });
    const attemptId = await reconciliation.attemptOf(order);
    const second = await reconciliation.payUnheard(order);
    const named = { merchantTransId: order.number, merchantPrepareId: String(attemptId) };
    const debit = { clickTransId: newClickId(), clickPaydocId: String(second.paymentId) };
    await shop.query("DELETE FROM clickbridge_attempt WHERE id > ?", [attemptId]);
    await clickOver(reconciliation.service).complete({ ...named, ...debit });
    await reconciliation.pass(3 * MINUTE);
    await shop.setValue(shop.paySystemId, "CLICK_FEE_PERCENT", "1.5");

    try {
      await reconciliation.round();
    } finally {
      await shop.setValue(shop.paySystemId, "CLICK_FEE_PERCENT", "0");
    }

    const owed = "SELECT amount_tiyin, fee_tiyin FROM clickbridge_attempt WHERE state = 'OWED'";
    expect(await shop.query(owed)).toEqual([{ amount_tiyin: 101_500, fee_tiyin: 1_500 }]);
  });
});

describe("click-bridge restored", () => {
  test("prints what it did, stores who reported it, and reports a known restore", async () => {
    const done = await runCli(["restored", "--since", "1h", "--user", "anna"], reconciliation.env);
    const again = await runCli(["restored", "--since", "1h"], reconciliation.env);

    expect([done.code, again.code]).toEqual([0, 0]);
    expect(done.stdout).toMatch(/^Attempts go on after \d{7,10}, events in epoch \d{13}\./);
    expect(again.stdout).toMatch(/^That was told before: .* Nothing changes\.$/m);
    expect(await reconciliation.shop.query("SELECT actor FROM clickbridge_restore")).toEqual([{ actor: "cli anna" }]);
  });

  test("without a time that is over: 2, and nothing is done", async () => {
    const tried = await Promise.all(
      [
        ["--since", "soon"],
        ["--since", "2099-01-01T00:00:00Z"],
      ].map((args) => runCli(["restored", ...args], reconciliation.env)),
    );

    expect(tried.map(({ code }) => code)).toEqual([2, 2]);
    expect(await reconciliation.shop.query("SELECT id FROM clickbridge_restore")).toEqual([]);
  });
});
