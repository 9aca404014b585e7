import { get } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formToken } from "../../../src/simulator/guard.ts";
import { SERVICE_ID } from "../../support/click/click-merchant.ts";
import { ACCOUNT, type Bench, pressIn, startBench, steering } from "../../support/click/stand-in.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.stop());

const link = (change: Record<string, string> = {}) =>
  `${bench.simulator.url}/services/pay?${new URLSearchParams({ service_id: SERVICE_ID, merchant_id: ACCOUNT.merchantId, amount: "38400.00", transaction_param: "A", ...change })}`;

/** Presses a button of the pay page. */
function press(decision: string, change: Record<string, string> = {}): Promise<Response> {
  const form = new URLSearchParams(new URL(link(change)).search);
  form.set("decision", decision);
  if (change["visit"] !== undefined) form.set("visit", change["visit"]);
  return pressIn(bench.simulator, { path: "/services/pay", form });
}

const payments = async () => (await bench.ask("GET", "/simulator/ledger")).json["payments"] as { stage: string }[];

describe("the pay page", () => {
  test("shows the sum and the order, and takes nothing by being looked at", async () => {
    const text = await (await fetch(link())).text();

    expect(text).toContain("38\u00a0400.00 UZS");
    expect(text).toContain("<strong>A</strong>");
    expect(await payments()).toEqual([]);
  });

  test.each([
    ["http://127.0.0.1:1/order", "http://127.0.0.1:1/order?payment_id=N&payment_status=2"],
    ["http://127.0.0.1:1/order?id=57&q=a%20b", "http://127.0.0.1:1/order?id=57&q=a%20b&payment_id=N&payment_status=2"],
    ["http://127.0.0.1:1/o#top", "http://127.0.0.1:1/o?payment_id=N&payment_status=2#top"],
    ["http://127.0.0.1:1/заказ", "http://127.0.0.1:1/%D0%B7%D0%B0%D0%BA%D0%B0%D0%B7?payment_id=N&payment_status=2"],
  ])("sends the customer back to %s with Click's two parameters", async (returnUrl, expected) => {
    const response = await press("confirm", { return_url: returnUrl });

    expect(response.status).toBe(303);
    expect(response.headers.get("location")?.replace(/payment_id=\d+/, "payment_id=N")).toBe(expected);
  });

  test("sends a customer who declined back, too, with a status below 0", async () => {
    const response = await press("decline", { return_url: "http://127.0.0.1:1/order" });

    expect(response.headers.get("location")).toMatch(/&payment_status=-5017$/);
  });

  test("keeps a customer whose payment hangs, and says so", async () => {
    const response = await press("hang", { return_url: "http://127.0.0.1:1/order" });

    expect(response.status).toBe(200);
    expect(await response.text()).toContain("The payment hangs");
    expect((await payments()).map(({ stage }) => stage)).toEqual(["hung"]);
  });

  test("shows what the shop said when it refuses, and the way back", async () => {
    const response = await press("confirm", { transaction_param: "nobody's", return_url: "http://127.0.0.1:1/order" });
    const text = await response.text();

    expect(text).toContain("The shop did not accept the payment");
    expect(text).toContain("Prepare: -5 refused -5");
    expect(text).toMatch(/http:\/\/127\.0\.0\.1:1\/order\?payment_id=\d+&#38;payment_status=-5017/);
  });

  test("makes one payment of a button pressed twice", async () => {
    await Promise.all([1, 2].map(() => press("confirm", { visit: "one visit" })));

    expect(await payments()).toHaveLength(1);
  });

  test.each([
    [{ service_id: "1" }, "service_id"],
    [{ merchant_id: "1" }, "merchant_id"],
    [{ amount: "1e3" }, "amount"],
    [{ amount: "0.00" }, "amount"],
    [{ transaction_param: "" }, "transaction_param"],
    [{ card_type: "visa" }, "card_type"],
    [{ return_url: "javascript:alert(1)" }, "return_url"],
  ])("refuses a link with %j", async (change, field) => {
    const response = await fetch(link(change));

    expect(response.status).toBe(400);
    expect(await response.text()).toContain(field);
  });

  test("prints what a link says as text, never as markup", async () => {
    const text = await (await fetch(link({ transaction_param: "<script>alert(1)</script>" }))).text();

    expect(text).not.toContain("<script>");
  });
});

describe("strangers", () => {
  const PAY = { merchant_trans_id: "A", amount: "38400.00" };
  const control = (headers: Record<string, string>) =>
    fetch(`${bench.simulator.url}/simulator/payments`, { method: "POST", headers, body: JSON.stringify(PAY) });
  const form = (headers: Record<string, string>, fields: Record<string, string> = {}) => {
    const body = new URLSearchParams({
      ...Object.fromEntries(new URL(link()).searchParams),
      decision: "confirm",
      ...fields,
    });
    return fetch(`${bench.simulator.url}/services/pay`, { method: "POST", headers, body });
  };
  /** fetch names no other host than the one that it calls. */
  const asHost = (host: string) =>
    new Promise<number>((resolve, reject) => {
      get(`${bench.simulator.url}/`, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      }).on("error", reject);
    });

  test.each<[string, number, () => Promise<Response>]>([
    ["a page that posts text", 415, () => control({ ...steering(bench.simulator), "content-type": "text/plain" })],
    ["a caller without start token", 401, () => control({ "content-type": "application/json" })],
    ["a caller with another token", 401, () => control({ ...steering(bench.simulator), authorization: "Bearer x" })],
    [
      "a page of another origin, even with the token",
      403,
      () => control({ ...steering(bench.simulator), origin: "https://evil.uz" }),
    ],
    ["a form without what the page says", 403, () => form({})],
    ["a form of another origin", 403, () => form({ origin: "null" }, { token: formToken(bench.simulator.token) })],
    [
      "the form's token where the stand-in is steered",
      401,
      () => control({ ...steering(bench.simulator), authorization: `Bearer ${formToken(bench.simulator.token)}` }),
    ],
  ])("%s: %i, and no order is paid", async (_, status, send) => {
    expect((await send()).status).toBe(status);
    expect(await payments()).toEqual([]);
    expect(bench.merchant.received).toEqual([]);
  });

  test("a foreign host name that resolves to the loopback is not answered", async () => {
    expect([await asHost("evil.uz:8090"), await asHost("localhost:8090"), await asHost("[::1]:8090")]).toEqual([
      421, 200, 200,
    ]);
  });
});

describe("the page of everything", () => {
  test("shows payments with their calls, and no markup of the shop's", async () => {
    const payment = await bench.pay("<b>A</b>", "38400.00");
    const overview = await (await fetch(`${bench.simulator.url}/`)).text();
    const one = await (await fetch(`${bench.simulator.url}/payments/${payment.payment_id}`)).text();

    expect(overview).toContain(String(payment.payment_id));
    expect(one).toContain("Prepare");
    expect(overview + one).not.toContain("<b>");
  });

  test("has the buttons of a payment that hangs", async () => {
    const payment = await bench.pay("A", "38400.00", { outcome: "hang" });
    const address = `${bench.simulator.url}/payments/${payment.payment_id}`;
    const before = await (await fetch(address)).text();
    await pressIn(bench.simulator, { path: new URL(address).pathname, form: { act: "confirm" } });
    const after = await (await fetch(address)).text();

    expect(before).toContain('value="confirm"');
    expect(after).toContain("taken, finished");
  });

  test.each(["confirm", "decline", "hang", "delete"])("an invoice that waits can be answered by %s", async (act) => {
    const invoice = bench.simulator.standIn.createInvoice({
      serviceId: SERVICE_ID,
      phone: "998901234567",
      reference: "A",
      amountText: "38400",
    });
    const page = await (await fetch(`${bench.simulator.url}/`)).text();
    const response = await pressIn(bench.simulator, { path: `/invoices/${invoice.invoiceId}`, form: { act } });

    expect(page).toContain(`/invoices/${invoice.invoiceId}`);
    expect(response.status).toBe(303);
    expect(invoice.status).toBe({ confirm: 1, decline: 0, hang: 0, delete: -99 }[act]);
  });
});
