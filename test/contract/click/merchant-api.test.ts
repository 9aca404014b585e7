import type { IncomingMessage } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ClickApi, ClickPaymentStatus, ClickRefusal, MerchantAccount } from "../../../src/app/click/click-api.ts";
import { asServiceId } from "../../../src/payment/ids.ts";
import { tashkentDay } from "../../../src/protocol/tashkent-time.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/start.ts";
import { MERCHANT as ACCOUNT, clientOf } from "../../support/click/merchant-client.ts";
import { ACCOUNT as BENCH_SERVICE, type Bench, startBench } from "../../support/click/stand-in.ts";
import { type Answer, cut, half, says, silent, wildClick } from "../../support/click/wild-click.ts";
import { freePort } from "../../support/servers/ports.ts";
import { SERVICE } from "../../support/shop/shop.ts";

const INVOICE = { amountTiyin: 3_840_050n, phone: "998901234567", reference: "57/2" };

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
const refused = (refusal: ClickRefusal, clickErrorCode: number, clickErrorNote = "no") => ({
  kind: "REFUSED",
  refusal,
  clickErrorCode,
  clickErrorNote,
});

describe("an invoice", () => {
  test("reaches Click with the exact sum, the phone and the reference", async () => {
    const { simulator, client } = await standIn();

    const reply = await client.createInvoice(ACCOUNT, INVOICE);

    expect(simulator.standIn.ledger.invoices).toMatchObject([{ ...INVOICE, serviceId: SERVICE.serviceId }]);
    expect(reply).toEqual({ kind: "DONE", clickInvoiceId: String(simulator.standIn.ledger.invoices[0]?.invoiceId) });
  });

  test.each([1n, 99n, 100n, 123_456_789_012_345n])("of %i tiyin is written without a float", async (amountTiyin) => {
    const { simulator, client } = await standIn();

    await client.createInvoice(ACCOUNT, { ...INVOICE, amountTiyin });

    expect(simulator.standIn.ledger.invoices[0]?.amountTiyin).toBe(amountTiyin);
  });

  test("of a reference with quotes and letters arrives as it was", async () => {
    const { simulator, client } = await standIn();

    await client.createInvoice(ACCOUNT, { ...INVOICE, reference: 'Заказ "5"\\7' });

    expect(simulator.standIn.ledger.invoices[0]?.reference).toBe('Заказ "5"\\7');
  });

  test("signed with another key is refused with Click's code and note", async () => {
    const { client } = await standIn();

    const reply = await client.createInvoice({ ...ACCOUNT, secretKey: "another_secret_key" }, INVOICE);

    expect(reply).toEqual(refused("UNAUTHORIZED", -1, "Not authorised: the Auth header is wrong"));
  });

  test.each(["drop_after_acting", "http_500_after_acting"] as const)(
    "that Click made and did not confirm (%s) is unknown, never refused",
    async (manner) => {
      const { simulator, client } = await standIn();
      simulator.standIn.behaviour = { ...simulator.standIn.behaviour, merchant_fault: manner };

      const reply = await client.createInvoice(ACCOUNT, INVOICE);

      expect(simulator.standIn.ledger.invoices).toHaveLength(1);
      expect(reply).toEqual(UNKNOWN);
    },
  );

  test("is refused when the connection was: it never left", async () => {
    const client = clientOf(`http://127.0.0.1:${await freePort()}/`);

    const reply = await client.createInvoice(ACCOUNT, INVOICE);

    expect(reply).toEqual(refused("NOT_SENT", 0, "Click could not be reached"));
  });

  test("without an answer in time is unknown", async () => {
    const click = await wildClick(silent);

    const reply = await clientOf(click.url, { callTimeoutMs: 50 }).createInvoice(ACCOUNT, INVOICE);

    expect(reply).toEqual(UNKNOWN);
    expect(click.asked).toEqual(["POST /v2/merchant/invoice/create"]);
  });

  test.each<[string, Answer, object]>([
    ["numbers as text", says({ ...CREATED, error_code: "0", invoice_id: "7000000001" }), DONE],
    ["HTTP 201", says(CREATED, 201), DONE],
    ["an error_code", says({ error_code: -21, error_note: "no" }), refused("SERVICE_UNAVAILABLE", -21)],
    ["a positive error_code", says({ error_code: 7, error_note: "no" }), refused("AMOUNT_TOO_LARGE", 7)],
    ["an error_code without a note", says({ error_code: -1 }), refused("SERVICE_WRONG", -1, "")],
    ["an unknown error_code", says({ error_code: -77, error_note: "no" }), refused("OTHER", -77)],
    ["error_code -500: it may have acted", says({ error_code: -500, error_note: "no" }), UNKNOWN],
    ["HTTP 400 with an error_code", says({ error_code: -9, error_note: "no" }, 400), refused("REQUEST_REJECTED", -9)],
    ["HTTP 400 with a known one", says({ error_code: -6, error_note: "no" }, 400), refused("AMOUNT_TOO_SMALL", -6)],
    ["HTTP 400 and a page", says("<h1>Bad Request</h1>", 400), UNKNOWN],
    ["HTTP 401 with an error_code", says({ error_code: -1, error_note: "no" }, 401), refused("UNAUTHORIZED", -1)],
    ["HTTP 401 without one", says("", 401), refused("UNAUTHORIZED", 0, "HTTP 401")],
    ["HTTP 403", says({ error: "forbidden" }, 403), refused("FORBIDDEN", 0, "HTTP 403")],
    ["HTTP 404 and a page", says("<h1>Not Found</h1>", 404), refused("METHOD_UNAVAILABLE", 0, "HTTP 404")],
    ["HTTP 406", says("", 406), refused("REQUEST_REJECTED", 0, "HTTP 406")],
    ["HTTP 410", says("Gone", 410), refused("METHOD_UNAVAILABLE", 0, "HTTP 410")],
    ["HTTP 429", says("", 429), UNKNOWN],
    ["a success under HTTP 404", says(CREATED, 404), UNKNOWN],
    ["HTTP 500 with an error_code: it may have acted", says({ error_code: -500, error_note: "no" }, 500), UNKNOWN],
    ["HTTP 502 and a page", says("<h1>Bad Gateway</h1>", 502), UNKNOWN],
    ["HTTP 302", says("", 302), UNKNOWN],
    ["nothing", says(""), UNKNOWN],
    ["null", says("null"), UNKNOWN],
    ["a list", says("[]"), UNKNOWN],
    ["no error_code", says({ invoice_id: 7_000_000_001 }), UNKNOWN],
    ["an empty error_code", says({ ...CREATED, error_code: "" }), UNKNOWN],
    ["an error_code that is no integer", says({ ...CREATED, error_code: 0.5 }), UNKNOWN],
    ["no number of the invoice", says({ error_code: 0, error_note: "" }), UNKNOWN],
    ["the number 0", says({ ...CREATED, invoice_id: 0 }), UNKNOWN],
    [
      "a number beyond 2^53",
      says('{"error_code":0,"invoice_id":9007199254740993}'),
      { kind: "DONE", clickInvoiceId: "9007199254740993" },
    ],
    ["a number beyond 2^63", says('{"error_code":0,"invoice_id":9223372036854775808}'), UNKNOWN],
    ["a number with an exponent", says('{"error_code":0,"invoice_id":1e19}'), UNKNOWN],
    ["more than it may say", says("x".repeat(100_000)), UNKNOWN],
    ["a cut connection", cut, UNKNOWN],
    ["half an answer", half, UNKNOWN],
  ])("answered by %s is sent once, and the outcome is known for what it is", async (_, answer, outcome) => {
    const click = await wildClick(answer);

    const reply = await clientOf(click.url).createInvoice(ACCOUNT, INVOICE);

    expect(reply).toEqual(outcome);
    expect(click.asked).toHaveLength(1);
  });
});

const isStatus = (status: ClickPaymentStatus) => ({ kind: "DONE", status });

describe("a payment's status", () => {
  test.each([
    ["hangs", { outcome: "hang" }, "PROCESSING"],
    ["was declined", { outcome: "decline" }, "FAILED"],
    ["was confirmed", { outcome: "confirm" }, "PAID"],
  ] as const)("of one that %s", async (_, behaviour, status) => {
    const bench = await benchOfTest();
    const payment = await bench.pay("A", "38400", behaviour);

    const client = clientOf(`${bench.simulator.url}/v2/merchant/`);

    expect(await client.paymentStatus(BENCH_ACCOUNT, String(payment.payment_id))).toEqual(isStatus(status));
  });

  test("of one whose money was given back is failed, as of one that never was paid", async () => {
    const bench = await benchOfTest();
    const payment = await bench.act(await bench.pay("A", "38400"), "reverse");

    const client = clientOf(`${bench.simulator.url}/v2/merchant/`);

    expect(await client.paymentStatus(BENCH_ACCOUNT, String(payment.payment_id))).toEqual(isStatus("FAILED"));
  });

  test("of a payment that Click does not know is refused, not failed", async () => {
    const { client } = await standIn();

    expect(await client.paymentStatus(ACCOUNT, "5000000001")).toEqual(refused("OTHER", -3, "Payment not found"));
  });

  test.each<[string, unknown, object]>([
    ["2", 2, isStatus("PAID")],
    ["2 as text", "2", isStatus("PAID")],
    ["1, which is no success", 1, isStatus("PROCESSING")],
    ["0", 0, isStatus("CREATED")],
    ["3, which Click does not list", 3, UNKNOWN],
    ["-1", -1, isStatus("FAILED")],
    ["-5017 as text", "-5017", isStatus("FAILED")],
    ["null", null, UNKNOWN],
    ["an empty text", "", UNKNOWN],
    ["a word", "paid", UNKNOWN],
    ["true", true, UNKNOWN],
    ["2.5", 2.5, UNKNOWN],
  ])("given as %s", async (_, status, expected) => {
    const click = await wildClick(says({ error_code: 0, error_note: "", payment_status: status }));

    expect(await clientOf(click.url).paymentStatus(ACCOUNT, "5000000001")).toEqual(expected);
  });

  test("2 beside an error_code proves nothing", async () => {
    const click = await wildClick(says({ error_code: -9, error_note: "no", payment_status: 2 }));

    expect(await clientOf(click.url).paymentStatus(ACCOUNT, "5000000001")).toEqual(refused("OTHER", -9));
  });

  test.each([
    [5_000_000_001, isStatus("PAID")],
    ["5000000001", isStatus("PAID")],
    [5_000_000_002, UNKNOWN],
  ])("in an answer about payment %j", async (id, expected) => {
    const click = await wildClick(says({ error_code: 0, payment_id: id, payment_status: 2 }));

    expect(await clientOf(click.url).paymentStatus(ACCOUNT, "5000000001")).toEqual(expected);
  });

  test.each([401, 403, 404, 406, 410])("is unknown under a bare HTTP %i", async (httpStatus) => {
    const click = await wildClick(says("", httpStatus));

    expect(await clientOf(click.url).paymentStatus(ACCOUNT, "5000000001")).toEqual(UNKNOWN);
  });

  test.each<[string, Answer]>([
    ["no answer", cut],
    ["a page", says("<h1>Bad Gateway</h1>", 502)],
  ])("is retried after %s, because a query changes nothing", async (_, first) => {
    const click = await wildClick(first, says({ error_code: 0, error_note: "", payment_status: 2 }));

    expect(await clientOf(click.url).paymentStatus(ACCOUNT, "5000000001")).toEqual(isStatus("PAID"));
    expect(click.asked).toEqual(Array(2).fill("GET /v2/merchant/payment/status/11111/5000000001"));
  });

  test("is not asked for without end", async () => {
    const click = await wildClick(cut);

    expect(await clientOf(click.url).paymentStatus(ACCOUNT, "5000000001")).toEqual(UNKNOWN);
    expect(click.asked).toHaveLength(2);
  });
});

const NAMED_NONE = { kind: "DONE", clickPaymentId: undefined, status: undefined };

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

    const found = await client.paymentOfReference(ACCOUNT, "Заказ 57/2", today);
    const others = await Promise.all([
      client.paymentOfReference(ACCOUNT, "Заказ 57/2", "2020-01-01"),
      client.paymentOfReference(ACCOUNT, "57", today),
    ]);

    expect(found).toMatchObject({ kind: "DONE", clickPaymentId: String(payment.paymentId) });
    expect(others).toEqual(Array(2).fill(refused("OTHER", -3, "Payment not found")));
  });

  test.each<[string, Answer, object]>([
    ["no number", says({ error_code: 0, merchant_trans_id: "57" }), NAMED_NONE],
    ["a null", says({ error_code: 0, payment_id: null }), NAMED_NONE],
    ["an error_code", says({ error_code: -9, error_note: "no", payment_id: 5_000_000_001 }), refused("OTHER", -9)],
    ["a word", says({ error_code: 0, payment_id: "none" }), UNKNOWN],
    ["another reference", says({ error_code: 0, payment_id: 5_000_000_001, merchant_trans_id: "58" }), UNKNOWN],
    ["a refusal of the caller", says({ error_code: -1, error_note: "no" }, 401), UNKNOWN],
    ["a wrong service", says({ error_code: -1, error_note: "no" }), UNKNOWN],
    ["no answer", cut, UNKNOWN],
  ])("is none, or unknown, when Click gives %s", async (_, answer, expected) => {
    const click = await wildClick(answer);

    expect(await clientOf(click.url).paymentOfReference(ACCOUNT, "57", "2026-01-15")).toEqual(expected);
  });

  test.each([
    ["payment_status", { payment_status: 2 }, "PAID"],
    ["merchant_trans_id instead", { merchant_trans_id: 57 }, undefined],
  ])("comes with %s", async (_, fields, status) => {
    const click = await wildClick(says({ error_code: 0, payment_id: "5000000001", ...fields }));

    const reply = await clientOf(click.url).paymentOfReference(ACCOUNT, "57", "2026-01-15");

    expect(reply).toEqual({ kind: "DONE", clickPaymentId: "5000000001", status });
  });
});

test("every call carries Click's Auth header and asks for JSON", async () => {
  const headers: IncomingMessage["headers"][] = [];
  const click = await wildClick((response, request) => {
    headers.push(request.headers);
    response.end(JSON.stringify(CREATED));
  });

  await clientOf(click.url).createInvoice(ACCOUNT, INVOICE);
  await clientOf(click.url).paymentStatus({ ...ACCOUNT, dialect: "legacy" }, "5000000001");

  expect(headers.map(({ auth, accept }) => [auth, accept])).toEqual([
    ["33333:d63d51d0e78430280af36dbdf9d20f7747193a43:1768471200", "application/json"],
    ["22222:a9286163b7560fbf01323d4afc0ff208:1768471200", "application/json"],
  ]);
});
