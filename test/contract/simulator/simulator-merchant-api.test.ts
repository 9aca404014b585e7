import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { authHeader } from "../../../src/protocol/auth-header.ts";
import { tashkentDay } from "../../../src/protocol/tashkent-time.ts";
import { SECRET, SERVICE_ID } from "../../support/click/click-merchant.ts";
import { ACCOUNT, type Bench, type Json, OTHER_ACCOUNT, startBench } from "../../support/click/stand-in.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.stop());

const auth = (account = ACCOUNT) => ({ auth: authHeader({ ...account, timestampSeconds: 1_736_935_200 }) });

interface CallOptions {
  readonly headers?: Record<string, string>;
  readonly body?: object | string;
  readonly signal?: AbortSignal;
}

async function call(method: string, path: string, { headers = auth(), body, signal }: CallOptions = {}) {
  const response = await fetch(`${bench.simulator.url}/v2/merchant/${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(signal === undefined ? {} : { signal }),
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Json };
}

const INVOICE = {
  service_id: Number(SERVICE_ID),
  amount: 38400,
  phone_number: "998901234567",
  merchant_trans_id: "A",
};

async function invoice(): Promise<number> {
  const { json } = await call("POST", "invoice/create", { body: INVOICE });
  return json["invoice_id"] as number;
}

const invoiceStatus = async (id: number) =>
  (await call("GET", `invoice/status/${SERVICE_ID}/${id}`)).json["invoice_status"];
const payInvoice = (id: number, behaviour: object = {}) =>
  bench.ask("POST", `/simulator/invoices/${id}/pay`, { behaviour: { retry_delay_ms: 0, ...behaviour } });

describe("an invoice", () => {
  test("waits until its customer pays it", async () => {
    const id = await invoice();
    const before = await invoiceStatus(id);
    const { json: payment } = await payInvoice(id);

    expect(before).toBe(0);
    expect(payment).toMatchObject({ money: "taken", origin: "invoice" });
    expect(await invoiceStatus(id)).toBe(1);
  });

  test("whose payment hangs is neither paid nor payable again, until that payment has an end", async () => {
    const id = await invoice();
    const { json: hung } = await payInvoice(id, { outcome: "hang" });
    const { status } = await payInvoice(id);
    const waiting = await invoiceStatus(id);
    await bench.ask("POST", `/simulator/payments/${hung["payment_id"]}/resume`, { outcome: "confirm" });

    expect(status).toBe(400);
    expect([waiting, await invoiceStatus(id)]).toEqual([0, 1]);
  });

  test("that was declined can still be paid", async () => {
    const id = await invoice();
    await payInvoice(id, { outcome: "decline" });
    await payInvoice(id);

    expect(await invoiceStatus(id)).toBe(1);
  });

  test("that the customer deletes is paid no more", async () => {
    const id = await invoice();
    await bench.ask("POST", `/simulator/invoices/${id}/delete`);
    const { json } = await payInvoice(id);

    expect(await invoiceStatus(id)).toBe(-99);
    expect(json["error"]).toContain("waits no more");
  });

  test.each([
    [{ phone_number: "+998901234567" }, "phone_number"],
    [{ amount: "38400" }, "amount"],
    [{ amount: 0.001 }, "amount"],
    [{ merchant_trans_id: "" }, "merchant_trans_id"],
  ])("with %j is refused, and the field is named", async (change, field) => {
    const { json } = await call("POST", "invoice/create", { body: { ...INVOICE, ...change } });

    expect(json["error_code"]).toBeLessThan(0);
    expect(json["error_note"]).toContain(field);
  });
});

describe("payments", () => {
  test("are found by their number, and by the day and the reference", async () => {
    const { payment_id: paymentId } = await bench.pay("A", "38400.00");
    const today = tashkentDay(new Date());
    const byNumber = await call("GET", `payment/status/${SERVICE_ID}/${paymentId}`);
    const byReference = await call("GET", `payment/status_by_mti/${SERVICE_ID}/A/${today}`);
    const onAnotherDay = await call("GET", `payment/status_by_mti/${SERVICE_ID}/A/2020-01-01`);

    expect(byNumber.json).toMatchObject({ error_code: 0, payment_id: paymentId, payment_status: 2 });
    expect(byReference.json).toMatchObject({ error_code: 0, payment_id: paymentId, merchant_trans_id: "A" });
    expect(onAnotherDay.json["error_code"]).toBeLessThan(0);
  });

  test.each([
    ["a payment's status", (id: number) => ["GET", `payment/status/${OTHER_ACCOUNT.serviceId}/${id}`]],
    [
      "a payment by its reference",
      () => ["GET", `payment/status_by_mti/${OTHER_ACCOUNT.serviceId}/A/${tashkentDay(new Date())}`],
    ],
    ["a reversal", (id: number) => ["DELETE", `payment/reversal/${OTHER_ACCOUNT.serviceId}/${id}`]],
  ])("of another service stay hidden: %s", async (_, request) => {
    const { payment_id: paymentId } = await bench.pay("A", "38400.00");
    const [method = "", path = ""] = request(paymentId);

    const { json } = await call(method, path, { headers: auth(OTHER_ACCOUNT) });

    expect(json).toEqual({ error_code: -3, error_note: "Payment not found" });
  });

  test("are reversed once, and the money is gone from the ledger", async () => {
    const { payment_id: paymentId } = await bench.pay("A", "38400.00");
    const reverse = async () =>
      (await call("DELETE", `payment/reversal/${SERVICE_ID}/${paymentId}`)).json["error_code"];
    const codes = [await reverse(), await reverse()];
    const { json: ledger } = await bench.ask("GET", "/simulator/ledger");

    expect(codes).toEqual([0, -4]);
    expect(ledger).toMatchObject({ taken_tiyin: "0" });
  });
});

test.each<[string, Record<string, string>]>([
  ["without a header", { auth: "" }],
  ["with another key", auth({ ...ACCOUNT, secretKey: "another_secret_key" })],
  ["with another user", auth({ ...ACCOUNT, merchantUserId: "1" })],
  ["for another service", auth(OTHER_ACCOUNT)],
  ["in the wrong order", { auth: `1736935200:${auth().auth}` }],
])("a caller without valid Auth is answered %s", async (_, headers) => {
  const { status, json } = await call("POST", "invoice/create", { headers, body: INVOICE });

  expect(status).toBe(401);
  expect(json).toMatchObject({ error_code: -1, error_note: expect.any(String) });
});

test.each<[string, number, [string, string, CallOptions]]>([
  ["no method of Click's", 404, ["GET", "payment/list", {}]],
  ["a call by the wrong HTTP method", 404, ["GET", "invoice/create", {}]],
  ["a form", 406, ["POST", "invoice/create", { headers: { ...auth(), "content-type": "text/plain" }, body: "a=1" }]],
  ["broken JSON", 400, ["POST", "invoice/create", { body: "{" }]],
  ["a broken address", 400, ["GET", `payment/status/${SERVICE_ID}/%ff`, {}]],
])("%s is HTTP %i, and the body has Click's two fields", async (_, status, request) => {
  const got = await call(...request);

  expect(got.status).toBe(status);
  expect(got.json).toEqual({ error_code: expect.any(Number), error_note: expect.any(String) });
});

test.each([
  ["drop_after_acting", 1],
  ["http_500_after_acting", 1],
  ["truncated", 1],
  ["slow_drip", 1],
  ["hang_after_acting", 1],
  ["drop_before_acting", 0],
  ["http_500", 0],
  ["html", 0],
  ["hang", 0],
])("set to answer invoice/create by %s, it makes %i invoices and counts one call", async (manner, made) => {
  await bench.ask("PUT", "/simulator/behaviour", {
    merchant_fault: manner,
    merchant_fault_call: "invoice/create",
    merchant_fault_times: 1,
  });
  const answered = new Promise((resolve) => bench.onMerchantCall(resolve));
  const cut = new AbortController();
  const asked = call("POST", "invoice/create", { body: INVOICE, signal: cut.signal }).catch(() => undefined);
  await answered;
  cut.abort();
  await asked;
  const { json } = await bench.ask("GET", "/simulator/ledger");

  expect(json["invoices"]).toHaveLength(made);
  expect(json["merchant_calls"]).toMatchObject([{ call: "invoice/create", method: "POST" }]);
  expect(await invoice()).toBeGreaterThan(0);
});

test("the key is never shown", async () => {
  await bench.pay("A", "38400.00");
  const pages = await Promise.all(
    ["/", "/simulator", "/simulator/ledger"].map(async (path) => (await fetch(bench.simulator.url + path)).text()),
  );

  expect(pages.join()).not.toContain(SECRET);
});
