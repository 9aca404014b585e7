import { afterAll, beforeAll, expect, test } from "vitest";
import { SERVICE, type ShopOrder } from "../../support/shop/shop.ts";
import { type ShopSite, startShopSite } from "../../support/shop/shop-site.ts";

let fixture: ShopSite;
beforeAll(async () => {
  fixture = await startShopSite("php-fpm", { kernel: { language: "en", user_id: 1 } });
});
afterAll(() => fixture?.stop());

async function orderPage(order: ShopOrder, query = ""): Promise<string> {
  return (await fetch(`${fixture.site.url}/shop/order.php?id=${order.orderId}${query}`)).text();
}

async function markPaid(paymentId: number | undefined): Promise<void> {
  await fixture.shop.query(
    "UPDATE b_sale_order_payment SET PAID = 'Y', PAY_VOUCHER_NUM = '457623706544' WHERE ID = ?",
    [paymentId],
  );
}

test("a customer who is back before Bitrix knows hears what Click says, and that the shop waits for the confirmation", async () => {
  const order = await fixture.shop.addOrder();

  const page = await orderPage(order, `&clickbridge_payment=${order.paymentId}&payment_id=5&payment_status=2`);

  expect(page).toContain("Click says that you have paid");
  expect(page).toMatch(/<details class="clickbridge-ways">/);
});

test("once one payment is paid the page shows Click's number, also with another that is unpaid", async () => {
  const order = await fixture.shop.addOrder({ sums: ["38400.50", "12.00"] });
  await markPaid(order.paymentId);

  const page = await orderPage(order, `&clickbridge_payment=${order.paymentId}&payment_status=2`);

  expect(page).toContain("457623706544");
  expect([...page.matchAll(/data-payment-state="(\w+)"/g)].map(([, state]) => state)).toEqual(["paid", "unpaid"]);
  expect(page).not.toContain("Click says");
});

test("a customer whose payment failed at Click sees that and can try again", async () => {
  const order = await fixture.shop.addOrder();

  const page = await orderPage(order, `&clickbridge_payment=${order.paymentId}&payment_status=-10000`);

  expect(page).toContain("Click says that the payment did not succeed");
  expect(page).toMatch(/<details class="clickbridge-ways" open>/);
});

test("a customer who pays a fee sees the sum, the fee and what Click will take", async () => {
  const paySystemId = await fixture.shop.addPaySystem({ ...SERVICE, feePercent: "1.5" });
  const order = await fixture.shop.addOrder({ paySystemId, sums: ["38400.50"] });

  const page = textOf(await orderPage(order)).replaceAll("&nbsp;", " ");

  expect(page).toContain("Order: 38 400.50 soums. Payment fee: 576.01 soums. To pay: 38 976.51 soums");
  expect(page).toContain("Pay with Click");
});

test("what stands in the address or in an order's number is shown as text", async () => {
  const order = await fixture.shop.addOrder({ number: `<b>"57"</b>` });

  const pages = [await orderPage(order, "&clickbridge_payment[]=1&payment_status=<i>2&<b>=<i>"), await shopPage()];

  expect(pages.map((page) => /<[bi]>/.test(page))).toEqual([false, false]);
  expect(fixture.site.logs().php).toBe("");
});

test("the list shows every order with its sum and whether all of its payments are paid", async () => {
  const paid = await fixture.shop.addOrder({ number: "L-1", sums: ["1234567.80"] });
  await markPaid(paid.paymentId);
  const half = await fixture.shop.addOrder({ number: "L-2", sums: ["1.00", "2.00"] });
  await markPaid(half.paymentId);
  await fixture.shop.addOrder({ number: "L-3", cancelled: true });

  const rows = [...(await shopPage()).matchAll(/<li>(.*?)<\/li>/gs)].map(([, row = ""]) => textOf(row));

  expect(rows.slice(0, 3)).toEqual([
    "Order L-3 1 000.00 UZS Cancelled",
    "Order L-2 3.00 UZS Not paid",
    "Order L-1 1 234 567.80 UZS Paid",
  ]);
});

async function shopPage(): Promise<string> {
  return (await fetch(`${fixture.site.url}/shop/`)).text();
}

function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
