import { expect, test } from "vitest";
import { type PayLink, payLink } from "../../../src/protocol/pay-link.ts";

const LINK: PayLink = {
  baseUrl: "https://my.click.uz/services/pay",
  serviceId: "11111",
  merchantId: "22222",
  amountTiyin: 3_840_050n,
  reference: "57",
};

test("the link has Click's four mandatory parameters, the sum in soums with two decimals", () => {
  expect(payLink(LINK)).toBe(
    "https://my.click.uz/services/pay?service_id=11111&merchant_id=22222&amount=38400.50&transaction_param=57",
  );
});

test("the return address and the card type are added when given", () => {
  const link = new URL(payLink({ ...LINK, returnUrl: "https://shop.uz/order/57?a=1&b=2", cardType: "humo" }));

  expect(link.searchParams.get("return_url")).toBe("https://shop.uz/order/57?a=1&b=2");
  expect(link.searchParams.get("card_type")).toBe("humo");
});

test("an empty return address is left out", () => {
  expect(payLink({ ...LINK, returnUrl: "" })).not.toContain("return_url");
});

test.each(["57/2", "Заказ №7", "a&amount=1", "a b+c%20", "x#y?z"])("the reference %j arrives as it is", (reference) => {
  const { searchParams } = new URL(payLink({ ...LINK, reference }));

  expect(searchParams.getAll("transaction_param")).toEqual([reference]);
  expect(searchParams.getAll("amount")).toEqual(["38400.50"]);
});

test("a base address with a query of its own keeps it", () => {
  expect(payLink({ ...LINK, baseUrl: "http://127.0.0.1:1/pay?stand=1" })).toMatch(/\?stand=1&service_id=11111&/);
});
