import { expect, test } from "vitest";
import { tashkentDay } from "../../../src/protocol/tashkent-time.ts";
import { runCli } from "../../support/service/run-cli.ts";
import { shopAtClick } from "../../support/shop/shop-at-click.ts";

/** `click-bridge ledger`, as a person runs it beside a service. */
const fixture = shopAtClick();
const run = (...args: readonly string[]) => runCli(["ledger", ...args], { CLICKBRIDGE_DATABASE_URL: fixture.shop.url });

test("list shows an order's entries, as a table and as JSON", async () => {
  const { order, paymentId, atClick } = await fixture.taken();
  await fixture.refund({ paymentId });

  const { code, stdout, stderr } = await run("list", "--order", String(order.orderId));
  const asJson = await run("list", "--order", String(order.orderId), "--kind", "REFUNDED", "--json");

  expect([code, stderr]).toEqual([0, ""]);
  const [head, taken, back, ...more] = stdout.trim().split("\n");
  expect(head).toMatch(/^id +booked +kind +tiyin +fee +service +reference/);
  expect(taken).toMatch(new RegExp(`CAPTURED +100000 +0 .* ${order.number} .* ${atClick.paymentId} +CALLBACK$`));
  expect(back).toMatch(/REFUNDED +-100000 .* OPERATOR +\S+$/);
  expect(more).toEqual([]);
  expect(JSON.parse(asJson.stdout)).toMatchObject([
    { kind: "REFUNDED", amountTiyin: "-100000", orderId: order.orderId },
  ]);
});

test("totals end with what Click holds more since", async () => {
  await fixture.taken();
  const today = tashkentDay(new Date());

  const { code, stdout } = await run("totals", "--from", today, "--to", today);
  const asJson = await run("totals", "--from", today, "--to", today, "--json");

  expect(code).toBe(0);
  expect(stdout).toContain(`${fixture.simulator.standIn.ledger.takenTiyin()} tiyin in all`);
  expect(JSON.parse(asJson.stdout)).toContainEqual(expect.objectContaining({ day: today, kind: "CAPTURED" }));
});

test.each([
  ["a day that there is not", ["totals", "--from", "2026-02-30", "--to", "2026-03-01"]],
  ["totals without days", ["totals"]],
  ["an order that is no number", ["list", "--order", "x"]],
])("%s is refused with a sentence", async (_, args) => {
  const { code, stdout, stderr } = await run(...args);

  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^error: /);
});
