import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { DEFAULT_BEHAVIOUR } from "../../../src/simulator/behaviour.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/start.ts";
import { steering } from "../../support/click/stand-in.ts";
import { ALL_SCOPES_TOKEN } from "../../support/service/service.ts";
import { type NewOrder, SERVICE } from "../../support/shop/shop.ts";
import { type ShopSite, startShopSite } from "../../support/shop/shop-site.ts";
import { until } from "../../support/until.ts";

/** A manager returns money on the shop's own pages: Bitrix, handler, gRPC, service, Click's stand-in, and back. */
let simulator: Simulator;
let fixture: ShopSite;
beforeAll(async () => {
  simulator = await startSimulator({ accounts: [SERVICE], shop: undefined });
  fixture = await startShopSite("php-fpm", {
    bridge: { admin_token: ALL_SCOPES_TOKEN },
    kernel: { language: "en" },
    env: { CLICKBRIDGE_CLICK_API_URL: `${simulator.url}/v2/merchant/` },
  });
  simulator.standIn.setShop({ prepareUrl: fixture.site.prepareUrl, completeUrl: fixture.site.completeUrl });
});
afterEach(() => {
  simulator.standIn.behaviour = { ...DEFAULT_BEHAVIOUR };
});
afterAll(async () => {
  await fixture?.stop();
  await simulator?.stop();
});

async function paidOrder({ amount = "1000.00", ...newOrder }: NewOrder & { readonly amount?: string } = {}) {
  const order = await fixture.shop.addOrder(newOrder);
  const body = JSON.stringify({ merchant_trans_id: order.number, amount });
  const response = await fetch(`${simulator.url}/simulator/payments`, {
    method: "POST",
    headers: steering(simulator),
    body,
  });
  const { payment_id: clickPaymentId } = (await response.json()) as { payment_id: number };
  await until("the order is paid", () => fixture.isPaid(order.paymentId));
  return { ...order, clickPaymentId };
}

async function manager(action: "return" | "check", paymentId: number): Promise<string> {
  const body = new URLSearchParams({ payment: String(paymentId), action }).toString();
  const { body: page } = await fixture.post(`${fixture.site.url}/shop/admin.php`, body);
  return /role="status">([^<]*)</.exec(page)?.[1] ?? page;
}

async function row(paymentId: number) {
  const [found] = await fixture.shop.query("SELECT PAID, IS_RETURN FROM b_sale_order_payment WHERE ID = ?", [
    paymentId,
  ]);
  return found;
}

const reversals = () => simulator.standIn.ledger.merchantCalls.filter((call) => call.method === "DELETE").length;

test("a return pressed by a manager takes the money back at Click, once, and the order list shows it", async () => {
  const { paymentId, number } = await paidOrder();
  const before = reversals();

  const first = await manager("return", paymentId);
  const again = await manager("return", paymentId);

  expect(first).toBe("The money went back to the customer.");
  expect(await row(paymentId)).toEqual({ PAID: "N", IS_RETURN: "P" });
  expect(reversals() - before).toBe(1);
  expect(again).not.toBe("");
  expect(await row(paymentId)).toEqual({ PAID: "N", IS_RETURN: "P" });
  const list = await (await fetch(`${fixture.site.url}/shop/`)).text();
  expect(list.slice(list.indexOf(`Order ${number}`))).toContain("Returned");
});

test("a customer who paid a fee gets it back with the order's sum", async () => {
  const paySystemId = await fixture.shop.addPaySystem({ ...SERVICE, feePercent: "1.5" });
  const { paymentId, clickPaymentId } = await paidOrder({ paySystemId, amount: "1015.00" });

  const said = await manager("return", paymentId);

  expect(said).toBe("The money went back to the customer.");
  const payment = simulator.standIn.ledger.payments.find((made) => made.paymentId === clickPaymentId);
  expect(payment).toMatchObject({ money: "reversed", returnedTiyin: 101_500n });
});

test("the later order update finds its work done", async () => {
  const { paymentId } = await paidOrder();
  await manager("return", paymentId);

  await fixture.runAgent();

  const [update] = await fixture.shop.query(
    "SELECT state FROM clickbridge_order_update WHERE payment_id = ? AND kind = 'MARK_REFUNDED'",
    [paymentId],
  );
  expect(update).toEqual({ state: "APPLIED" });
  expect(await row(paymentId)).toEqual({ PAID: "N", IS_RETURN: "P" });
});

test("when Click's answer is lost nothing changes in the shop, the manager is asked not to repeat it, and a second click sends nothing", async () => {
  const { paymentId } = await paidOrder();
  const before = reversals();
  simulator.standIn.behaviour = {
    ...DEFAULT_BEHAVIOUR,
    merchant_fault: "drop_after_acting",
    merchant_fault_call: "payment/reversal",
  };

  const said = [await manager("return", paymentId), await manager("return", paymentId)];

  expect(said[0]).toContain("has not confirmed the refund yet");
  expect(said[1]).toBe(said[0]);
  expect(await row(paymentId)).toEqual({ PAID: "Y", IS_RETURN: "N" });
  expect(reversals() - before).toBe(1);
});

test("a refusal of Click's is shown with its number, and the payment stays paid", async () => {
  const { paymentId } = await paidOrder();
  simulator.standIn.behaviour = { ...DEFAULT_BEHAVIOUR, uzcard_refuses_reversal: true };

  const said = await manager("return", paymentId);

  expect(said).toMatch(/Click refused the refund \(CLICK_REFUSED -\d+\)/);
  expect(await row(paymentId)).toEqual({ PAID: "Y", IS_RETURN: "N" });
});

test("asking Click about a refunded payment never flips it back to paid", async () => {
  const { paymentId } = await paidOrder();
  const paid = await manager("check", paymentId);
  await manager("return", paymentId);

  const returned = await manager("check", paymentId);

  expect(paid).toContain("Click has taken the money of this payment.");
  expect(returned).toBe("Click has given the money back.");
  expect(await row(paymentId)).toEqual({ PAID: "N", IS_RETURN: "P" });
});
