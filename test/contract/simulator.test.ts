import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { authHeader } from "../../src/protocol/auth-header.ts";
import { DEMO_ACCOUNT } from "../../src/simulator/account.ts";
import { type Simulator, startSimulator } from "../../src/simulator/start.ts";
import { type Merchant, SECRET, SERVICE_ID, startMerchant } from "../support/click-merchant.ts";

type Json = Readonly<Record<string, unknown>>;
interface Call {
  readonly call: "Prepare" | "Complete";
  readonly sent: Readonly<Record<string, string>>;
  readonly result: { readonly kind: string; readonly error?: number };
}
interface Payment extends Json {
  readonly payment_id: number;
  readonly calls: readonly Call[];
}

const ACCOUNT = { ...DEMO_ACCOUNT, serviceId: SERVICE_ID, secretKey: SECRET };
const AT_ONCE = { retry_delay_ms: 0 };

let merchant: Merchant;
let simulator: Simulator;
beforeEach(async () => {
  merchant = await startMerchant({ A: 38400, B: 1000 });
  const shop = { prepareUrl: merchant.prepareUrl, completeUrl: merchant.completeUrl };
  simulator = await startSimulator({ accounts: [ACCOUNT], shop });
});
afterEach(async () => {
  await simulator.stop();
  await merchant.stop();
});

async function ask(method: string, path: string, body?: object): Promise<{ status: number; json: Json }> {
  const response = await fetch(simulator.url + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Json };
}

async function pay(reference: string, amount: string, behaviour: object = {}): Promise<Payment> {
  const { json } = await ask("POST", "/simulator/payments", {
    merchant_trans_id: reference,
    amount,
    behaviour: { ...AT_ONCE, ...behaviour },
  });
  return json as Payment;
}

const heard = ({ calls }: Payment) => calls.map(({ call, result }) => `${call} ${result.error ?? result.kind}`);

describe("what a customer can do", () => {
  test("confirming prepares, takes the money, completes, and ends paid", async () => {
    const payment = await pay("A", "38400.00");

    expect(payment).toMatchObject({ money: "taken", stage: "finished", status: 2 });
    expect(heard(payment)).toEqual(["Prepare 0", "Complete 0"]);
    expect(merchant.isPaid("A")).toBe(true);
  });

  test("declining completes with an error and takes nothing", async () => {
    const payment = await pay("A", "38400.00", { outcome: "decline", decline_error: -1 });

    expect(payment).toMatchObject({ money: "not_taken", stage: "finished", status: -1 });
    expect(heard(payment)).toEqual(["Prepare 0", "Complete -9"]);
  });

  test("a payment that hangs can be confirmed later", async () => {
    const hung = await pay("A", "38400.00", { outcome: "hang" });
    const { json } = await ask("POST", `/simulator/payments/${hung.payment_id}/resume`, { outcome: "confirm" });

    expect(hung).toMatchObject({ money: "not_taken", stage: "hung" });
    expect(json).toMatchObject({ money: "taken", stage: "finished" });
  });
});

describe("what Click does by itself", () => {
  test("a refused Prepare is followed by a cancelling Complete", async () => {
    const payment = await pay("nobody's", "1.00");

    expect(heard(payment)).toEqual(["Prepare -5", "Complete -9"]);
    expect(payment).toMatchObject({ money: "not_taken" });
  });

  test("a refused Prepare is confirmed all the same when the money was already taken", async () => {
    const payment = await pay("A", "1.00", { after_refusal: "confirm" });

    expect(payment).toMatchObject({ money: "taken", stage: "manual" });
    expect(payment.calls.at(-1)?.sent["error"]).toBe("0");
  });

  test("a lost answer to Complete makes it ask again with Prepare, and -4 ends that without another Complete", async () => {
    const payment = await pay("A", "38400.00", { drop_answer: "complete" });

    expect(heard(payment)).toEqual(["Prepare 0", "Complete dropped", "Prepare -4"]);
    expect(payment).toMatchObject({ money: "taken", stage: "finished" });
  });

  test("money whose shop gives no final answer is left to Click's support after five tries", async () => {
    await merchant.stop();
    merchant = await startMerchant(
      { A: 38400 },
      { twist: (fields, right) => (fields["action"] === "1" ? { error: -7 } : right) },
    );
    await ask("PUT", "/simulator/urls", { prepare_url: merchant.prepareUrl, complete_url: merchant.completeUrl });

    const payment = await pay("A", "38400.00");

    expect(heard(payment)).toEqual(["Prepare 0", ...Array(5).fill("Complete -7")]);
    expect(payment).toMatchObject({ money: "taken", stage: "manual", status: 2 });
  });
});

describe("how it misbehaves on demand", () => {
  test("it sends each call as often as it is told, at once, with new numbers where asked", async () => {
    const payment = await pay("A", "38400.00", { repeat: 4, repeat_in_parallel: true, new_click_trans_id: true });

    const prepares = payment.calls.filter(({ call }) => call === "Prepare");
    expect(payment.calls).toHaveLength(8);
    expect(new Set(prepares.map(({ sent }) => sent["click_trans_id"])).size).toBe(4);
  });

  test.each([
    ["as_given", ["38400.0", "38400.0"]],
    ["short", ["38400", "38400"]],
    ["two_decimals", ["38400.00", "38400.00"]],
    ["mixed", ["38400", "38400.00"]],
  ])("it spells amounts %s", async (spelling, expected) => {
    const payment = await pay("A", "38400.0", { amount_spelling: spelling });

    expect(payment.calls.map(({ sent }) => sent["amount"])).toEqual(expected);
    expect(payment).toMatchObject({ money: "taken", stage: "finished" });
  });

  test("it lets Complete overtake Prepare", async () => {
    const payment = await pay("A", "38400.00", { order: "complete_before_prepare" });

    expect(heard(payment).slice(0, 2)).toEqual(["Complete -6", "Prepare 0"]);
    expect(payment).toMatchObject({ money: "taken", stage: "finished" });
  });

  test("a past call can be sent again", async () => {
    const payment = await pay("A", "38400.00");
    const { json } = await ask("POST", `/simulator/payments/${payment.payment_id}/repeat`, {
      call: "Complete",
      times: 2,
    });

    expect(heard(json as Payment)).toEqual(["Prepare 0", "Complete 0", "Complete -4", "Complete -4"]);
    expect(json).toMatchObject({ stage: "finished" });
  });

  test.each([
    [{ repeat: 0 }, "repeat must be a whole number from 1 to 64"],
    [{ outcome: "maybe" }, "outcome must be one of confirm, decline, hang"],
    [{ speed: 1 }, 'there is no behaviour "speed"'],
  ])("it refuses the behaviour %j and says why", async (behaviour, sentence) => {
    const { status, json } = await ask("PUT", "/simulator/behaviour", behaviour);

    expect(status).toBe(400);
    expect(json["error"]).toContain(sentence);
  });
});

describe("the Merchant API", () => {
  const auth = (secretKey = SECRET) => ({
    auth: authHeader({ merchantUserId: ACCOUNT.merchantUserId, secretKey, timestampSeconds: 1_736_935_200 }),
  });
  const call = async (
    method: string,
    path: string,
    options: { readonly headers?: Record<string, string>; readonly body?: object } = {},
  ) => {
    const { headers = auth(), body } = options;
    const response = await fetch(`${simulator.url}/v2/merchant/${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: (await response.json()) as Json };
  };
  const INVOICE = {
    service_id: Number(SERVICE_ID),
    amount: 38400,
    phone_number: "998901234567",
    merchant_trans_id: "A",
  };

  test("an invoice waits until its customer pays it", async () => {
    const { json: made } = await call("POST", "invoice/create", { body: INVOICE });
    const status = async () =>
      (await call("GET", `invoice/status/${SERVICE_ID}/${made["invoice_id"]}`)).json["invoice_status"];
    const before = await status();
    const { json: payment } = await ask("POST", `/simulator/invoices/${made["invoice_id"]}/pay`);

    expect(before).toBe(0);
    expect(payment).toMatchObject({ money: "taken", origin: "invoice" });
    expect(await status()).toBe(1);
  });

  test("payments are found by their number and by the day and the reference", async () => {
    const { payment_id: paymentId } = await pay("A", "38400.00");
    const day = new Date(Date.now() + 5 * 3_600_000).toISOString().slice(0, 10);

    expect((await call("GET", `payment/status/${SERVICE_ID}/${paymentId}`)).json).toMatchObject({
      error_code: 0,
      payment_status: 2,
    });
    expect((await call("GET", `payment/status_by_mti/${SERVICE_ID}/A/${day}`)).json).toMatchObject({
      payment_id: paymentId,
    });
    expect((await call("GET", `payment/status_by_mti/${SERVICE_ID}/A/2020-01-01`)).json["error_code"]).not.toBe(0);
  });

  test("a reversal gives the money back once", async () => {
    const { payment_id: paymentId } = await pay("A", "38400.00");
    const reverse = async () =>
      (await call("DELETE", `payment/reversal/${SERVICE_ID}/${paymentId}`)).json["error_code"];

    expect(await reverse()).toBe(0);
    expect(await reverse()).not.toBe(0);
    expect((await ask("GET", "/simulator/ledger")).json).toMatchObject({ taken_tiyin: "0" });
  });

  test.each<[string, Record<string, string>]>([
    ["without a header", {}],
    ["with another key", auth("another_secret_key")],
    ["in the wrong order", { auth: `1736935200:${auth().auth}` }],
  ])("it answers nobody %s", async (_, headers) => {
    const { status, json } = await call("POST", "invoice/create", { headers, body: INVOICE });

    expect(status).toBe(401);
    expect(json["error_code"]).not.toBe(0);
  });

  test.each([
    [{ phone_number: "+998901234567" }, "phone_number"],
    [{ amount: "38400" }, "amount"],
    [{ merchant_trans_id: "" }, "merchant_trans_id"],
  ])("it refuses an invoice with %j and names the field", async (change, field) => {
    const { json } = await call("POST", "invoice/create", { body: { ...INVOICE, ...change } });

    expect(json["error_code"]).not.toBe(0);
    expect(json["error_note"]).toContain(field);
  });
});

describe("the pay page", () => {
  const link = (change: Record<string, string> = {}) =>
    `${simulator.url}/services/pay?${new URLSearchParams({ service_id: SERVICE_ID, merchant_id: ACCOUNT.merchantId, amount: "38400.00", transaction_param: "A", ...change })}`;

  test("it sends the customer back with Click's two parameters, whatever the shop's address has", async () => {
    const form = new URLSearchParams(new URL(link({ return_url: "http://127.0.0.1:1/order?id=57" })).search);
    form.set("decision", "confirm");
    const response = await fetch(`${simulator.url}/services/pay`, { method: "POST", body: form, redirect: "manual" });

    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toMatch(
      /^http:\/\/127\.0\.0\.1:1\/order\?id=57&payment_id=\d+&payment_status=2$/,
    );
  });

  test("the button pressed twice is one payment", async () => {
    const form = new URLSearchParams(new URL(link()).search);
    form.set("decision", "confirm");
    form.set("visit", "one visit");
    await Promise.all([1, 2].map(() => fetch(`${simulator.url}/services/pay`, { method: "POST", body: form })));

    expect((await ask("GET", "/simulator/ledger")).json["payments"]).toHaveLength(1);
  });

  test.each([
    [{ service_id: "1" }, "service_id"],
    [{ merchant_id: "1" }, "merchant_id"],
    [{ amount: "1e3" }, "amount"],
    [{ return_url: "javascript:alert(1)" }, "return_url"],
  ])("it refuses a link with %j", async (change, field) => {
    const response = await fetch(link(change));

    expect(response.status).toBe(400);
    expect(await response.text()).toContain(field);
  });

  test("it prints what a link says as text, never as markup", async () => {
    const page = await (await fetch(link({ transaction_param: "<script>alert(1)</script>" }))).text();

    expect(page).not.toContain("<script>");
  });
});
