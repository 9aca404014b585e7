import { randomUUID } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { CreatePaymentLinkRequest_CardType } from "../../../src/gen/clickbridge/v1/checkout_service.ts";
import { startSimulator } from "../../../src/simulator/start.ts";
import { startFormModule } from "../../support/click/form-module.ts";
import { steering } from "../../support/click/stand-in.ts";
import { call, startTestService } from "../../support/service/service.ts";
import { SERVICE, shopOfTest } from "../../support/shop/shop.ts";

/** A shop with a fee of 1.5 %, its service, and the stand-in for Click. */
async function shopAtClick() {
  const shop = await shopOfTest();
  await shop.setValue(shop.paySystemId, "CLICK_FEE_PERCENT", "1.5");
  const simulator = await startSimulator({ accounts: [SERVICE] });
  onTestFinished(() => simulator.stop());
  const service = await startTestService({
    databaseUrl: shop.url,
    env: {
      CLICKBRIDGE_CLICK_API_URL: `${simulator.url}/v2/merchant/`,
      CLICKBRIDGE_PAY_URL: `${simulator.url}/services/pay`,
    },
  });
  onTestFinished(() => service.stop());
  const module = await startFormModule(service);
  onTestFinished(() => module.stop());
  simulator.standIn.setShop(module);
  return { shop, simulator, service };
}

test("a buyer pays the sum of the link, and a refund returns all of it", async () => {
  const { shop, simulator, service } = await shopAtClick();
  const order = await shop.addOrder({ sums: ["38400.50"] });
  const paymentId = BigInt(order.paymentId);
  const { url } = await call(service.checkout, service.checkout.createPaymentLink, {
    paymentId,
    returnUrl: "",
    cardType: CreatePaymentLinkRequest_CardType.CARD_TYPE_UNSPECIFIED,
  });
  const link = new URL(url).searchParams;

  const paid = await fetch(`${simulator.url}/simulator/payments`, {
    method: "POST",
    headers: steering(simulator),
    body: JSON.stringify({ merchant_trans_id: link.get("transaction_param"), amount: link.get("amount") }),
  });
  await call(service.payments, service.payments.refundPayment, {
    requestId: randomUUID(),
    paymentId,
    attemptId: 0n,
    amountTiyin: undefined,
    userId: "",
    note: "",
  });

  expect(paid.status).toBe(200);
  const [payment] = simulator.standIn.ledger.payments;
  // 1.5 % of 38400.50 soums is 576.0075.
  expect(payment).toMatchObject({ money: "reversed", amountTiyin: 3_897_651n, returnedTiyin: 3_897_651n });
});
