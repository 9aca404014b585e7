import { describe, expect, test } from "vitest";
import { asAttemptId, asOrderId, asOrderUpdateId, asPaymentId } from "../../../src/payment/ids.ts";
import type { LeasedOrderUpdate } from "../../../src/payment/order-update.ts";
import type { PaymentMoney } from "../../../src/payment/payment-money.ts";
import { checkedFields, refundedFields, shopFieldsOf } from "../../../src/payment/shop-fields.ts";

const UPDATE: LeasedOrderUpdate = {
  id: asOrderUpdateId(1),
  token: "a-token",
  kind: "MARK_PAID",
  paymentId: asPaymentId(57),
  orderId: asOrderId(42),
  attemptId: asAttemptId(7),
  amountTiyin: 15_000_050n,
  feeTiyin: 1_500n,
  clickTransId: "2088012345",
  clickPaymentId: "1088012345",
  captureTime: new Date("2026-11-24T18:59:59Z"),
  leaseExpireTime: new Date("2026-11-24T19:00:30Z"),
  tryNumber: 1,
};

describe("a payment that was paid", () => {
  test("shows Click's numbers, the order's own sum without the fee, and until when Click returns it", () => {
    expect(shopFieldsOf(UPDATE)).toEqual({
      texts: {
        PS_STATUS: "Y",
        PS_STATUS_CODE: "0",
        PS_STATUS_DESCRIPTION: "Click: payment 1088012345, transaction 2088012345",
        PS_STATUS_MESSAGE: "Click: возврат / qaytarish / refund ≤ 01.12.2026",
        PS_SUM: "150000.50",
        PS_CURRENCY: "UZS",
        PAY_VOUCHER_NUM: "1088012345",
      },
      days: { PAY_VOUCHER_DATE: "2026-11-24" },
    });
  });

  test.each([
    ["2026-11-24T18:59:59Z", "2026-11-24"],
    ["2026-11-24T19:00:00Z", "2026-11-25"],
  ])("at %s has the voucher day %s, as in Tashkent", (time, day) => {
    expect(shopFieldsOf({ ...UPDATE, captureTime: new Date(time) }).days).toEqual({ PAY_VOUCHER_DATE: day });
  });

  test("is returnable until the 1st after the month in Tashkent", () => {
    const { texts } = shopFieldsOf({ ...UPDATE, captureTime: new Date("2026-11-30T19:00:00Z") });

    expect(texts["PS_STATUS_MESSAGE"]).toMatch(/≤ 01\.01\.2027$/);
  });

  test("without Click's numbers has empty ones", () => {
    const { texts } = shopFieldsOf({ ...UPDATE, clickPaymentId: undefined, clickTransId: undefined });

    expect([texts["PAY_VOUCHER_NUM"], texts["PS_STATUS_DESCRIPTION"]]).toEqual(["", "Click: payment , transaction "]);
  });

  test("has no text that is longer than its field, nor HTML: Bitrix would leave it unpaid in silence", () => {
    const long = shopFieldsOf({ ...UPDATE, clickPaymentId: "9".repeat(300), clickTransId: "8".repeat(300) });
    const html = shopFieldsOf({ ...UPDATE, clickPaymentId: `<b>1&2"'`, clickTransId: "<i>3" });

    expect(long.texts["PAY_VOUCHER_NUM"]).toBe("9".repeat(20));
    expect(long.texts["PS_STATUS_DESCRIPTION"]).toHaveLength(250);
    expect(html.texts["PS_STATUS_DESCRIPTION"]).toBe("Click: payment b12, transaction i3");
  });
});

describe("a payment that was returned", () => {
  test("shows the day in Tashkent of the lease", () => {
    expect(shopFieldsOf({ ...UPDATE, kind: "MARK_REFUNDED" })).toEqual({
      texts: { PS_STATUS: "N", PS_STATUS_MESSAGE: "Click: возвращено / qaytarildi / refunded 2026-11-25" },
      days: { PAY_RETURN_DATE: "2026-11-25" },
    });
  });

  test("shows the day on which a refund was done", () => {
    expect(refundedFields(new Date("2026-12-31T19:00:00Z")).days).toEqual({ PAY_RETURN_DATE: "2027-01-01" });
  });
});

describe("a payment after a status poll", () => {
  const until = new Date("2026-12-01T18:59:59Z");
  const money = (state: PaymentMoney["state"]) => ({ state, refundableUntil: until }) as PaymentMoney;

  test("shows until when Click returns it while Click holds its money", () => {
    expect(checkedFields(money("HELD"))).toEqual({
      texts: { PS_STATUS: "Y", PS_STATUS_MESSAGE: "Click: возврат / qaytarish / refund ≤ 01.12.2026" },
      days: {},
    });
  });

  test.each(["NO_MONEY", "IN_PROGRESS", "OWED", "REVERSED"] as const)("shows no such day as %s", (state) => {
    expect(checkedFields(money(state)).texts).toEqual({ PS_STATUS: "N", PS_STATUS_MESSAGE: "" });
  });
});
