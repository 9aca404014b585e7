import { describe, expect, test } from "vitest";
import {
  CreatePaymentLinkRequest_CardType as CardType,
  type GetCheckoutPageRequest,
  GetCheckoutResponse_Stage as Stage,
} from "../../../src/gen/clickbridge/v1/checkout_service.ts";
import { failureOf } from "../../support/service/failure.ts";
import { call } from "../../support/service/service.ts";
import { shopAndService } from "../../support/shop/shop-and-service.ts";

/** Everything that a payment page shows, in one call. */
const fixture = shopAndService();

const page = (paymentId: number, change: Partial<GetCheckoutPageRequest> = {}) => {
  const { checkout } = fixture.service;
  const request = { returnUrl: "", chooseCard: false, forBuyer: false, returnedStatus: "", ...change };
  return call(checkout, checkout.getCheckoutPage, { ...request, paymentId: BigInt(paymentId) });
};

const link = (paymentId: number, cardType: CardType = CardType.CARD_TYPE_UNSPECIFIED, returnUrl = "") => {
  const { checkout } = fixture.service;
  return call(checkout, checkout.createPaymentLink, { paymentId: BigInt(paymentId), returnUrl, cardType });
};

test("a stranger's page has what CreatePaymentLink says, and neither a token nor a state", async () => {
  const { paymentId } = await fixture.shop.addOrder();
  const { url, amountTiyin, feeTiyin, qrPath, qrSize } = await link(paymentId);

  expect(await page(paymentId, { returnedStatus: "2" })).toEqual({
    links: [{ cardType: CardType.CARD_TYPE_UNSPECIFIED, url }],
    ...{ amountTiyin, feeTiyin, qrPath, qrSize },
    token: "",
    checkout: undefined,
    hint: "",
    open: true,
    stage: "",
  });
});

test("the buyer's page has a token and the state besides", async () => {
  const { paymentId } = await fixture.shop.addOrder();
  const { checkout } = fixture.service;

  const { token, checkout: state } = await page(paymentId, { forBuyer: true });
  const seen = await call(checkout, checkout.getCheckoutByToken, { token });

  expect(seen.checkout).toEqual(state);
  expect(state).toMatchObject({ stage: Stage.STAGE_PAYABLE, offersToPay: true });
});

test("a choice of cards has a link for each, with the way back in both", async () => {
  const { paymentId } = await fixture.shop.addOrder();
  const returnUrl = "https://shop.uz/order/7?a=b";
  const cards = [CardType.CARD_TYPE_UZCARD, CardType.CARD_TYPE_HUMO];
  const urls = await Promise.all(cards.map(async (card) => (await link(paymentId, card, returnUrl)).url));

  const { links } = await page(paymentId, { chooseCard: true, returnUrl });

  expect(links).toEqual(cards.map((cardType, index) => ({ cardType, url: urls[index] })));
});

test.each([
  "/order/7",
  "http:///order/7",
  "https://shop.uz/a b",
  "javascript:alert(1)",
  `https://shop.uz/${"a".repeat(1_024)}`,
])("the return URL '%s' is left out, and the buyer can still pay", async (returnUrl) => {
  const { paymentId } = await fixture.shop.addOrder();

  expect((await page(paymentId, { returnUrl })).links[0]?.url).toBe((await link(paymentId)).url);
});

describe("once Click has the money", () => {
  test("the buyer is told and shown no way to pay, whatever the address says", async () => {
    const { order } = await fixture.stage("CAPTURED");

    const { token, checkout, ...rest } = await page(order.paymentId, { forBuyer: true, returnedStatus: "-1" });

    expect(checkout).toMatchObject({ stage: Stage.STAGE_CAPTURED, offersToPay: false });
    expect(token).not.toBe("");
    const nothingToPay = { links: [], amountTiyin: 0n, feeTiyin: 0n, qrPath: "", qrSize: 0 };
    expect(rest).toEqual({ ...nothingToPay, hint: "", open: true, stage: "CAPTURED" });
  });

  test("a stranger hears that it is taken", async () => {
    const { order } = await fixture.stage("CAPTURED");

    expect(await failureOf(page(order.paymentId))).toMatchObject({
      reason: "PAYMENT_NOT_PAYABLE",
      metadata: { why: "TAKEN" },
    });
  });
});

describe("what Click says on the way back", () => {
  test.each([
    ["2", "PAID", false],
    ["0", "PAID", false],
    ["-10000", "FAILED", true],
    ["paid", "", true],
    ["2 ", "", true],
    ["12345678901", "", true],
    ["", "", true],
  ])("'%s' is the hint '%s' for a payment without attempts", async (returnedStatus, hint, open) => {
    const { paymentId } = await fixture.shop.addOrder();

    expect(await page(paymentId, { forBuyer: true, returnedStatus })).toMatchObject({ hint, open });
  });

  test("is told of a payment under way, whose ways to pay are closed", async () => {
    const { order } = await fixture.stage("PREPARED");

    const pages = [
      await page(order.paymentId, { forBuyer: true }),
      await page(order.paymentId, { forBuyer: true, returnedStatus: "-1" }),
    ];

    expect(pages).toMatchObject([
      { hint: "", open: false },
      { hint: "FAILED", open: false },
    ]);
  });

  test("is out of date for a payment that was declined since", async () => {
    const { order } = await fixture.stage("CANCELLED");

    expect(await page(order.paymentId, { forBuyer: true, returnedStatus: "2" })).toMatchObject({
      checkout: { stage: Stage.STAGE_DECLINED },
      hint: "",
      open: false,
    });
  });
});

test.each([true, false])("a payment that is not there is not found (for the buyer: %s)", async (forBuyer) => {
  expect(await failureOf(page(999_999, { forBuyer }))).toMatchObject({ reason: "PAYMENT_NOT_FOUND" });
});
