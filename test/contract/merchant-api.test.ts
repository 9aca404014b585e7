import type { IncomingMessage } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ClickApi, MerchantAccount } from "../../src/app/ports.ts";
import { merchantApi } from "../../src/click/merchant-api.ts";
import { MerchantHttp, type MerchantHttpOptions } from "../../src/click/merchant-http.ts";
import { asServiceId } from "../../src/payment/ids.ts";
import { tashkentDay } from "../../src/protocol/tashkent-time.ts";
import { type Simulator, startSimulator } from "../../src/simulator/start.ts";
import { freePort } from "../support/ports.ts";
import { SERVICE } from "../support/shop.ts";
import { ACCOUNT as BENCH_SERVICE, type Bench, startBench } from "../support/stand-in.ts";
import { type Answer, cut, half, says, silent, wildClick } from "../support/wild-click.ts";

const ACCOUNT: MerchantAccount = { ...SERVICE, serviceId: asServiceId(SERVICE.serviceId), dialect: "click" };
const BILL = { amountTiyin: 3_840_050n, phone: "998901234567", reference: "57/2" };
const NOW = new Date("2026-01-15T10:00:00Z");

/** The client under test. */
function clientOf(baseUrl: string, options: Partial<MerchantHttpOptions> = {}): ClickApi {
  const http = new MerchantHttp({ baseUrl, now: () => NOW, ...options });
  onTestFinished(() => http.close());
  return merchantApi(http);
}

async function standIn(): Promise<{ readonly simulator: Simulator; readonly client: ClickApi }> {
  const simulator = await startSimulator({ accounts: [SERVICE] });
  onTestFinished(() => simulator.stop());
  return { simulator, client: clientOf(`${simulator.url}/v2/merchant/`) };
}

const BENCH_ACCOUNT: MerchantAccount = {
  ...BENCH_SERVICE,
  serviceId: asServiceId(BENCH_SERVICE.serviceId),
  dialect: "click",
};

async function benchOfTest(): Promise<Bench> {
  const bench = await startBench();
  onTestFinished(() => bench.stop());
  return bench;
}

const CREATED = { error_code: 0, error_note: "Success", invoice_id: 7_000_000_001 };
const DONE = { kind: "DONE", clickInvoiceId: "7000000001" };
const UNKNOWN = { kind: "UNKNOWN" };
const refused = (clickErrorCode: number, clickErrorNote = "no") => ({
  kind: "REFUSED",
  clickErrorCode,
  clickErrorNote,
});

describe("a bill", () => {
  test("reaches Click with the exact sum, the phone and the reference", async () => {
    const { simulator, client } = await standIn();

    const reply = await client.createInvoice(ACCOUNT, BILL);

    expect(simulator.standIn.ledger.invoices).toMatchObject([{ ...BILL, serviceId: SERVICE.serviceId }]);
    expect(reply).toEqual({ kind: "DONE", clickInvoiceId: String(simulator.standIn.ledger.invoices[0]?.invoiceId) });
  });

  test.each([1n, 99n, 100n, 123_456_789_012_345n])("of %i tiyin is written without a float", async (amountTiyin) => {
    const { simulator, client } = await standIn();

    await client.createInvoice(ACCOUNT, { ...BILL, amountTiyin });

    expect(simulator.standIn.ledger.invoices[0]?.amountTiyin).toBe(amountTiyin);
  });

  test("of a reference with quotes and letters arrives as it was", async () => {
    const { simulator, client } = await standIn();

    await client.createInvoice(ACCOUNT, { ...BILL, reference: 'Заказ "5"\\7' });

    expect(simulator.standIn.ledger.invoices[0]?.reference).toBe('Заказ "5"\\7');
  });

  test("signed with another key is refused with Click's code and note", async () => {
    const { client } = await standIn();

    const reply = await client.createInvoice({ ...ACCOUNT, secretKey: "another_secret_key" }, BILL);

    expect(reply).toEqual(refused(-1, "Not authorised: the Auth header is wrong"));
  });

  test.each(["lose_reply", "http_500_after_acting"] as const)(
    "that Click made and did not confirm (%s) is unknown, never refused",
    async (manner) => {
      const { simulator, client } = await standIn();
      simulator.standIn.behaviour = { ...simulator.standIn.behaviour, invoice_create: manner };

      const reply = await client.createInvoice(ACCOUNT, BILL);

      expect(simulator.standIn.ledger.invoices).toHaveLength(1);
      expect(reply).toEqual(UNKNOWN);
    },
  );

  test("is refused when the connection was: it never left", async () => {
    const client = clientOf(`http://127.0.0.1:${await freePort()}/`);

    const reply = await client.createInvoice(ACCOUNT, BILL);

    expect(reply).toEqual(refused(0, "Click could not be reached"));
  });

  test("without an answer in time is unknown", async () => {
    const click = await wildClick(silent);

    const reply = await clientOf(click.url, { callTimeoutMs: 50 }).createInvoice(ACCOUNT, BILL);

    expect(reply).toEqual(UNKNOWN);
    expect(click.asked).toEqual(["POST /v2/merchant/invoice/create"]);
  });

  test.each<[string, Answer, object]>([
    ["numbers as text", says({ ...CREATED, error_code: "0", invoice_id: "7000000001" }), DONE],
    ["HTTP 201", says(CREATED, 201), DONE],
    ["an error_code", says({ error_code: -21, error_note: "no" }), refused(-21)],
    ["a positive error_code", says({ error_code: 7, error_note: "no" }), refused(7)],
    ["an error_code without a note", says({ error_code: -1 }), refused(-1, "")],
    ["HTTP 401 with an error_code", says({ error_code: -1, error_note: "no" }, 401), refused(-1)],
    ["HTTP 401 without one", says("", 401), UNKNOWN],
    ["HTTP 404 and a page", says("<h1>Not Found</h1>", 404), UNKNOWN],
    ["HTTP 500 with an error_code: it may have acted", says({ error_code: -500, error_note: "no" }, 500), UNKNOWN],
    ["HTTP 502 and a page", says("<h1>Bad Gateway</h1>", 502), UNKNOWN],
    ["HTTP 302", says("", 302), UNKNOWN],
    ["nothing", says(""), UNKNOWN],
    ["null", says("null"), UNKNOWN],
    ["a list", says("[]"), UNKNOWN],
    ["no error_code", says({ invoice_id: 7_000_000_001 }), UNKNOWN],
    ["an empty error_code", says({ ...CREATED, error_code: "" }), UNKNOWN],
    ["an error_code that is no integer", says({ ...CREATED, error_code: 0.5 }), UNKNOWN],
    ["no number of the bill", says({ error_code: 0, error_note: "" }), UNKNOWN],
    ["the number 0", says({ ...CREATED, invoice_id: 0 }), UNKNOWN],
    ["a number that JSON cannot hold", says('{"error_code":0,"invoice_id":9007199254740993}'), UNKNOWN],
    ["more than it may say", says("x".repeat(100_000)), UNKNOWN],
    ["a cut connection", cut, UNKNOWN],
    ["half an answer", half, UNKNOWN],
  ])("answered by %s is sent once, and the outcome is known for what it is", async (_, answer, outcome) => {
    const click = await wildClick(answer);

    const reply = await clientOf(click.url).createInvoice(ACCOUNT, BILL);

    expect(reply).toEqual(outcome);
    expect(click.asked).toHaveLength(1);
  });
});

describe("a payment's status", () => {
  test.each([
    ["hangs", { outcome: "hang" }, "IN_PROGRESS"],
    ["was declined", { outcome: "decline" }, "FAILED"],
    ["was confirmed", { outcome: "confirm" }, "PAID"],
  ] as const)("of one that %s", async (_, behaviour, kind) => {
    const bench = await benchOfTest();
    const payment = await bench.pay("A", "38400", behaviour);

    const client = clientOf(`${bench.simulator.url}/v2/merchant/`);

    expect(await client.paymentStatus(BENCH_ACCOUNT, String(payment.payment_id))).toEqual({ kind });
  });

  test("of one whose money was given back is failed, as of one that never was paid", async () => {
    const bench = await benchOfTest();
    const payment = await bench.act(await bench.pay("A", "38400"), "reverse");

    const client = clientOf(`${bench.simulator.url}/v2/merchant/`);

    expect(await client.paymentStatus(BENCH_ACCOUNT, String(payment.payment_id))).toEqual({ kind: "FAILED" });
  });

  test("of a payment that Click does not know is unknown, not failed", async () => {
    const { client } = await standIn();

    expect(await client.paymentStatus(ACCOUNT, "5000000001")).toEqual(UNKNOWN);
  });

  test.each<[string, unknown, string]>([
    ["2", 2, "PAID"],
    ["2 as text", "2", "PAID"],
    ["1, which is no success", 1, "IN_PROGRESS"],
    ["0", 0, "IN_PROGRESS"],
    ["3, which Click does not list", 3, "IN_PROGRESS"],
    ["-1", -1, "FAILED"],
    ["-5017 as text", "-5017", "FAILED"],
    ["null", null, "UNKNOWN"],
    ["an empty text", "", "UNKNOWN"],
    ["a word", "paid", "UNKNOWN"],
    ["true", true, "UNKNOWN"],
    ["2.5", 2.5, "UNKNOWN"],
  ])("given as %s", async (_, status, kind) => {
    const click = await wildClick(says({ error_code: 0, error_note: "", payment_status: status }));

    expect(await clientOf(click.url).paymentStatus(ACCOUNT, "5000000001")).toEqual({ kind });
  });

  test("2 beside an error_code proves nothing", async () => {
    const click = await wildClick(says({ error_code: -1, error_note: "no", payment_status: 2 }));

    expect(await clientOf(click.url).paymentStatus(ACCOUNT, "5000000001")).toEqual(UNKNOWN);
  });

  test.each<[string, Answer]>([
    ["no answer", cut],
    ["a page", says("<h1>Bad Gateway</h1>", 502)],
  ])("is asked for once more after %s, for a question changes nothing", async (_, first) => {
    const click = await wildClick(first, says({ error_code: 0, error_note: "", payment_status: 2 }));

    expect(await clientOf(click.url).paymentStatus(ACCOUNT, "5000000001")).toEqual({ kind: "PAID" });
    expect(click.asked).toEqual(Array(2).fill("GET /v2/merchant/payment/status/11111/5000000001"));
  });

  test("is not asked for without end", async () => {
    const click = await wildClick(cut);

    expect(await clientOf(click.url).paymentStatus(ACCOUNT, "5000000001")).toEqual(UNKNOWN);
    expect(click.asked).toHaveLength(2);
  });
});

describe("the payment of a reference", () => {
  test("is found on the day it was made, and on no other", async () => {
    const { simulator, client } = await standIn();
    const payment = simulator.standIn.pay({
      serviceId: SERVICE.serviceId,
      reference: "Заказ 57/2",
      amountText: "1.00",
      origin: "control",
    });
    const today = tashkentDay(new Date());

    expect(await client.paymentOfReference(ACCOUNT, "Заказ 57/2", today)).toBe(String(payment.paymentId));
    expect(await client.paymentOfReference(ACCOUNT, "Заказ 57/2", "2020-01-01")).toBeUndefined();
    expect(await client.paymentOfReference(ACCOUNT, "57", today)).toBeUndefined();
  });

  test.each<[string, Answer]>([
    ["an error_code", says({ error_code: -1, payment_id: 5_000_000_001 })],
    ["no number", says({ error_code: 0, merchant_trans_id: "57" })],
    ["a word", says({ error_code: 0, payment_id: "none" })],
    ["no answer", cut],
  ])("is none when Click gives %s", async (_, answer) => {
    const click = await wildClick(answer);

    expect(await clientOf(click.url).paymentOfReference(ACCOUNT, "57", "2026-01-15")).toBeUndefined();
  });
});

test("every call carries Click's Auth header and asks for JSON", async () => {
  const headers: IncomingMessage["headers"][] = [];
  const click = await wildClick((response, request) => {
    headers.push(request.headers);
    response.end(JSON.stringify(CREATED));
  });

  await clientOf(click.url).createInvoice(ACCOUNT, BILL);
  await clientOf(click.url).paymentStatus({ ...ACCOUNT, dialect: "legacy" }, "5000000001");

  expect(headers.map(({ auth, accept }) => [auth, accept])).toEqual([
    ["33333:d63d51d0e78430280af36dbdf9d20f7747193a43:1768471200", "application/json"],
    ["22222:a9286163b7560fbf01323d4afc0ff208:1768471200", "application/json"],
  ]);
});
