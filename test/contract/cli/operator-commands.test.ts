import { beforeEach, describe, expect, test } from "vitest";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { HOUR, reconciliationOfTest } from "../../support/service/reconciliation-of-test.ts";
import { runCli } from "../../support/service/run-cli.ts";

/** `reconcile` and `anomalies`, as a person runs them beside a service. */

const reconciliation = reconciliationOfTest();

beforeEach(async () => {
  reconciliation.behave({});
  await reconciliation.forget(["attempt", "anomaly", "anomaly_decision", "order_update", "ledger"]);
});

const run = (...args: readonly string[]) => runCli(args, { ...reconciliation.env, USER: "nodira" });

describe("click-bridge reconcile", () => {
  const prepared = async () => {
    const order = await reconciliation.shop.addOrder();
    await reconciliation.payUnheard(order);
    return order;
  };

  test("--dry-run shows what it would do, and does nothing", async () => {
    const order = await prepared();

    const { code, stdout, stderr } = await run("reconcile", "--since", "1h", "--dry-run");

    expect([code, stderr]).toEqual([0, ""]);
    const [head, row] = stdout.split("\n");
    expect(head).toMatch(/^subject +order +Click said +would be$/);
    expect(row).toMatch(new RegExp(`^attempt \\d+ \\(PREPARED\\) +${order.number} +PAID +CAPTURED$`));
    expect(stdout).toContain("1 looked at, 1 would change: nothing was written, 0 not answered");
    expect((await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(order))).state).toBe("PREPARED");
  });

  test("does it, and says the same as JSON", async () => {
    const order = await prepared();

    const { code, stdout } = await run("reconcile", "--since", "2020-01-01T00:00:00Z", "--json");
    const again = await run("reconcile", "--since", "1d");

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      since: "2020-01-01T00:00:00.000Z",
      dryRun: false,
      rows: [{ order: order.number, said: "PAID", outcome: "CAPTURED" }],
    });
    expect(again.stdout).toMatch(/\(CAPTURED\) +\d+ +PAID +UNCHANGED\n/);
    expect(await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(order))).toMatchObject({
      state: "CAPTURED",
      orderUpdates: ["MARK_PAID PENDING 100000"],
    });
  });

  test("looks at what changed since then only", async () => {
    await prepared();
    await reconciliation.pass(3 * HOUR);

    const { code, stdout } = await run("reconcile", "--since", "2h");

    expect([code, stdout]).toEqual([0, expect.stringContaining("0 looked at")]);
  });

  test("ends with 1 when Click does not answer, and nothing changes", async () => {
    const order = await prepared();
    reconciliation.behave({ merchant_fault: "http_500" });

    const { code, stdout } = await run("reconcile", "--since", "1h");

    expect([code, stdout]).toEqual([1, expect.stringMatching(/ UNKNOWN +UNCHANGED\n/)]);
    expect((await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(order))).state).toBe("PREPARED");
  });

  test("sends no more than --requests, and says what it left", async () => {
    await prepared();
    await prepared();
    await prepared();
    const before = reconciliation.asked().length;

    const { code, stdout } = await run("reconcile", "--since", "1h", "--requests", "2");

    expect([code, reconciliation.asked().length - before]).toEqual([1, 2]);
    expect(stdout).toMatch(/CAPTURED\n.*NOT_ASKED +beyond --requests\n.*NOT_ASKED +beyond --requests\n/);
  });

  test.each([
    [["--since", "yesterday"], "--since"],
    [["--since", "2026-01-15 10:00"], "--since"],
    [["--since", "1h", "--requests", "0"], "--requests"],
  ])("%j is refused with a sentence and 2", async (args, name) => {
    const { code, stderr } = await run("reconcile", ...args);

    expect([code, stderr]).toEqual([2, expect.stringMatching(new RegExp(`^reconcile: ${name} must be .*\\.\n$`))]);
  });

  test("without a database named it ends with 78, as the service does", async () => {
    const { code, stderr } = await runCli(["reconcile", "--since", "1h"]);

    expect([code, stderr]).toEqual([78, expect.stringContaining("CLICKBRIDGE_DATABASE_URL")]);
  });
});

describe("click-bridge anomalies", () => {
  /** Paid twice: the second is owed. */
  async function owed() {
    const order = await reconciliation.shop.addOrder();
    const first = await reconciliation.pay(order, { outcome: "hang" });
    const attemptId = await reconciliation.attemptOf(order);
    await reconciliation.pay(order);
    reconciliation.click.standIn.resume(first, "confirm");
    await reconciliation.click.standIn.settled(first);
    const [row] = await reconciliation.shop.query("SELECT id FROM clickbridge_anomaly WHERE attempt_id = ?", [
      attemptId,
    ]);
    return { order, payment: first, attemptId, id: String(row?.["id"]) };
  }

  test("list shows those that are open, newest first, and can be narrowed", async () => {
    const [one, two] = [await owed(), await owed()];
    const ids = ({ stdout }: { readonly stdout: string }) => [...stdout.matchAll(/^(\d+) /gm)].map(([, id]) => id);
    const listed = await run("anomalies", "list");

    expect(listed.stdout).toMatch(/^id +state +kind +service +payment +attempt +seen +since\n/);
    expect(listed.stdout).toMatch(
      new RegExp(`\n${one.id} +OPEN +SECOND_CAPTURE +11111 +${one.order.paymentId} +${one.attemptId} +1 +20`),
    );
    expect(ids(listed)).toEqual([two.id, one.id]);
    expect(ids(await run("anomalies", "list", "--payment", String(one.order.paymentId)))).toEqual([one.id]);
    expect(ids(await run("anomalies", "list", "--kind", "PAID_OTHERWISE"))).toEqual([]);
    expect(ids(await run("anomalies", "list", "--state", "CLOSED", "--service", "11111"))).toEqual([]);
    expect((await run("anomalies", "list", "--limit", "1")).stdout).toContain("There are more");
  });

  test("show prints everything, with the attempt", async () => {
    const { id, attemptId, payment } = await owed();

    const { code, stdout } = await run("anomalies", "show", id);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^kind +SECOND_CAPTURE$/m);
    expect(stdout).toMatch(new RegExp(`^attempt\n[^]*^id +${attemptId}$`, "m"));
    expect(stdout).toMatch(new RegExp(`^clickPaymentId +${payment.paymentId}$`, "m"));
    expect(JSON.parse((await run("anomalies", "show", id, "--json")).stdout)).toMatchObject({
      anomaly: { kind: "SECOND_CAPTURE" },
      attempt: { state: "OWED", amountTiyin: "100000" },
    });
  });

  test("resolve refunds owed money, and stores who decided it", async () => {
    const { id, attemptId, payment } = await owed();

    const { code, stdout } = await run("anomalies", "resolve", id, "--resolution", "REFUND", "--note", "paid twice");
    const shown = await run("anomalies", "show", id);

    expect([code, stdout]).toEqual([0, expect.stringMatching(/is CLOSED\nrefund \d+ of 100000 tiyin is DONE\n$/)]);
    expect([(await attemptRecord(reconciliation.shop, attemptId)).state, payment.money]).toEqual([
      "REVERSED",
      "reversed",
    ]);
    expect(shown.stdout).toMatch(
      /decisions\ntime +resolution +user +caller +note\n\S+Z +REFUND +nodira +cli +paid twice\n/,
    );
  });

  test("resolve closes with a note and another user's name", async () => {
    const { id } = await owed();

    const { stdout } = await run(
      "anomalies",
      "resolve",
      id,
      "--resolution",
      "CLOSE",
      "--note",
      "seen",
      "--user",
      "aziz",
    );

    expect(stdout).toBe(`anomaly ${id} is CLOSED\n`);
    expect((await run("anomalies", "show", id)).stdout).toMatch(/ CLOSE +aziz +cli +seen\n/);
  });

  test("resolve says why a resolution is not possible, and ends with 1", async () => {
    const { id } = await owed();

    const ended = [
      await run("anomalies", "resolve", id, "--resolution", "ACCEPT"),
      await run("anomalies", "resolve", "999999", "--resolution", "CLOSE", "--note", "x"),
      await run("anomalies", "show", "999999"),
    ];

    expect(
      ended.map(({ code, stderr }) => [code, /^anomalies: [A-Z_]+|there is no anomaly/.exec(stderr)?.[0]]),
    ).toEqual([
      [1, "anomalies: RESOLUTION_NOT_POSSIBLE"],
      [1, "anomalies: ANOMALY_NOT_FOUND"],
      [1, "there is no anomaly"],
    ]);
  });

  test.each([
    [["--resolution", "CLOSE"], 2, "--note must say why"],
    [["--resolution", "REFUND", "--payment", "5"], 2, "--payment goes with"],
    [["--resolution", "CLOSE", "--note", "x", "--user", ""], 2, "--user must have"],
  ])("resolve %j is refused", async (args, code, sentence) => {
    const { id } = await owed();

    const ended = await run("anomalies", "resolve", id, ...args);

    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(sentence)]);
  });
});
