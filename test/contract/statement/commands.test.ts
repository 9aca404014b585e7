import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Payment } from "../../../src/simulator/payment.ts";
import { reconciliationOfTest } from "../../support/service/reconciliation-of-test.ts";
import { runCli } from "../../support/service/run-cli.ts";
import { SERVICE, type ShopOrder } from "../../support/shop/shop.ts";

/** `match` and `report` on money that the stand-in took for real: its own ledger is what the file tells. */

const reconciliation = reconciliationOfTest();
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "clickbridge-match-"));
  file = join(folder, "click.csv");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  reconciliation.behave({});
  await reconciliation.shop.query("DELETE FROM clickbridge_statement_layout");
  await reconciliation.shop.query("UPDATE b_sale_order_payment SET PAID = 'N', DATE_PAID = NULL");
});

const atClick = () => reconciliation.click.standIn.ledger.payments;

const HEADER = "ID платежа;ID транзакции;Заказ;Сумма;Комиссия;Дата;Статус";

/** What the cabinet would export today: all that these tests have paid. */
async function exportFile(): Promise<void> {
  const lines = atClick().map(({ paymentId, clickTransId, reference, amountTiyin, createdAt, money }) => {
    const time = new Date(createdAt.getTime() + 5 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    const status = money === "taken" ? "Успешно" : money === "reversed" ? "Отменён" : "Ошибка";
    return [paymentId, clickTransId, reference, `${amountTiyin / 100n},00`, "10,00", time, status].join(";");
  });
  await writeFile(file, [HEADER, ...lines, ""].join("\r\n"));
}

const equalAll = () => new RegExp(`^equal +${atClick().length}$`, "m");
const run = (...args: readonly string[]) => runCli(args, { ...reconciliation.env, USER: "nodira" });
const match = (...args: readonly string[]) => run("match", file, "--service", SERVICE.serviceId, ...args);

async function paid(): Promise<{ readonly order: ShopOrder; readonly payment: Payment }> {
  const order = await reconciliation.shop.addOrder({ paySystemId: reconciliation.shop.paySystemId });
  return { order, payment: await reconciliation.pay(order) };
}

describe("click-bridge match", () => {
  test("shows the columns of a file of a new kind, and matches when they are confirmed, once", async () => {
    await paid();
    await paid();
    await exportFile();

    const first = await match();
    const confirmed = await match("--confirm-columns");
    const next = await match();

    expect([first.code, first.stderr]).toEqual([3, ""]);
    expect(first.stdout).toMatch(/^CLICK_TRANS_ID +B +ID транзакции +\d+ +its cells$/m);
    expect(first.stdout).toContain("Run it again with --confirm-columns");
    expect([confirmed.code, confirmed.stderr]).toEqual([0, ""]);
    expect(confirmed.stdout).toMatch(equalAll());
    expect([next.code, next.stdout]).toEqual([0, confirmed.stdout]);
    expect(await reconciliation.shop.query("SELECT decided_by FROM clickbridge_statement_layout")).toEqual([
      { decided_by: "nodira" },
    ]);
  });

  test("finds money that was not heard of, and what it advises heals it", async () => {
    const order = await reconciliation.shop.addOrder({ paySystemId: reconciliation.shop.paySystemId });
    await reconciliation.payUnheard(order);
    await paid();
    await exportFile();

    const before = await match("--confirm-columns");
    await run("reconcile", "--since", "1h");
    const after = await match();

    expect(before.code).toBe(1);
    expect(before.stdout).toMatch(
      new RegExp(`^ONLY_AT_CLICK +NOT_HEARD +${order.number} .*1000.00 +0.00 .*click-bridge reconcile`, "m"),
    );
    expect([after.code, after.stdout]).toEqual([0, expect.stringMatching(equalAll())]);
  });

  test("finds what was given back in Click's cabinet, and what it advises heals it", async () => {
    const { order, payment } = await paid();
    reconciliation.click.standIn.refundInCabinet(payment);
    await exportFile();

    const before = await match("--confirm-columns");
    await run("reconcile", "--since", "1h");
    const after = await match();

    expect([before.code, before.stdout]).toEqual([
      1,
      expect.stringMatching(new RegExp(`^SUMS_DIFFER +RETURNED_AT_CLICK +${order.number} `, "m")),
    ]);
    expect([after.code, after.stdout]).toEqual([0, expect.stringMatching(equalAll())]);
  });

  test("finds an order that somebody marked paid", async () => {
    await paid();
    const { paySystemId } = reconciliation.shop;
    const marked = await reconciliation.shop.addOrder({ number: "=57", paySystemId });
    await reconciliation.shop.query(
      "UPDATE b_sale_order_payment SET PAID = 'Y', DATE_PAID = NOW() + INTERVAL 5 HOUR WHERE ID = ?",
      [marked.paymentId],
    );
    await exportFile();

    const { code, stdout } = await match("--confirm-columns", "--output", join(folder, "result.csv"), "--json");

    expect([code, JSON.parse(stdout)]).toMatchObject([
      1,
      {
        differences: [
          { kind: "PAID_WITHOUT_CLICK", reason: "MARKED_IN_SHOP", orderNumber: "=57", shopTiyin: "100000" },
        ],
      },
    ]);
    const csv = await readFile(join(folder, "result.csv"), "utf8");
    expect(csv).toContain("PAID_WITHOUT_CLICK;MARKED_IN_SHOP;'=57;;");
    expect((await stat(join(folder, "result.csv"))).mode & 0o777).toBe(0o600);
  });

  test("takes columns by their letters, and words by their meaning", async () => {
    await paid();
    await exportFile();
    await writeFile(file, (await readFile(file, "utf8")).replaceAll("Успешно", "Готово"));

    const unknown = await match();
    const refused = await match("--confirm-columns");
    const told = await match("--column", "COMMISSION=none", "--column", "STATUS=G", "--status", "Готово=PAID");

    expect(unknown.stdout).toContain('say what "готово" means');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('"Готово" is no status that is known')]);
    expect([told.code, told.stdout]).toEqual([0, expect.stringMatching(/^Click's commission +0.00$/m)]);
  });

  test("says where a file cannot be read", async () => {
    await paid();
    await exportFile();
    await match("--confirm-columns");
    await writeFile(file, (await readFile(file, "utf8")).replace("1000,00", "1000,001"));

    const { code, stderr } = await match();

    expect([code, stderr]).toEqual([2, 'match: line 2, column D ("Сумма"): "1000,001" is no sum in whole tiyin\n']);
  });

  test.each([
    [["--month", "2026-13"], "give --month"],
    [["--month", "2026-10", "--from", "2026-10-01"], "give --month"],
    [["--from", "2026-10-02", "--to", "2026-10-01"], "give --month"],
    [["--output", "x.pdf"], "--output must end"],
    [["--column", "PRICE=A"], "roles are CLICK_PAYMENT_ID"],
    [["--status", "x=y"], "meanings are PAID"],
  ])("refuses %j", async (args, words) => {
    const { code, stderr } = await match(...args);

    expect([code > 0, stderr]).toEqual([true, expect.stringContaining(words)]);
  });
});

describe("click-bridge report", () => {
  const month = () => new Date(Date.now() + 5 * 3_600_000).toISOString().slice(0, 7);

  test("sums up what was taken and given back, per day and service", async () => {
    await paid();
    const { payment } = await paid();
    reconciliation.click.standIn.refundInCabinet(payment);
    await run("reconcile", "--since", "1h");

    const table = await run("report", "--month", month());
    const json = await run("report", "--month", month(), "--service", SERVICE.serviceId, "--json");

    expect([table.code, table.stderr]).toEqual([0, ""]);
    expect(table.stdout).toMatch(/^day +service +taken +count +given back +count +corrected +net +fees$/m);
    const takenSums = atClick().length * 1_000;
    const returnedSums = atClick().filter(({ money }) => money === "reversed").length * 1_000;
    const cells = ["11111", `${takenSums}.00`, atClick().length, `-${returnedSums}.00`, returnedSums / 1_000, "0.00"];
    expect(table.stdout).toMatch(new RegExp(`^${cells.join(" +")} +${takenSums - returnedSums}.00 +0.00$`, "m"));
    expect(JSON.parse(json.stdout)).toMatchObject({
      services: [{ takenTiyin: `${takenSums}00`, returnedTiyin: `-${returnedSums}00`, takenCount: atClick().length }],
    });
  });

  test("writes the same for a spreadsheet", async () => {
    await paid();
    const output = join(folder, "month.xlsx");

    expect((await run("report", "--month", month(), "--output", output)).code).toBe(0);
    expect((await readFile(output)).subarray(0, 2).toString()).toBe("PK");
  });

  test("of another service and another month there is nothing", async () => {
    await paid();

    expect((await run("report", "--month", month(), "--service", "22222")).stdout).not.toMatch(/^20/m);
    expect((await run("report", "--month", "2020-01")).stdout).not.toMatch(/^20/m);
    expect((await run("report", "--month", "2020")).code).toBe(2);
  });
});
