import { inspect } from "node:util";
import { expect, test } from "vitest";
import type { ClickApi, ClickReply, FiscalItem } from "../../../src/app/click/click-api.ts";
import { Secret } from "../../../src/protocol/secret.ts";
import { clientOf, MERCHANT } from "../../support/click/merchant-client.ts";
import { recordingClick } from "../../support/click/recording-click.ts";
import { says, wildClick } from "../../support/click/wild-click.ts";

/** Every row of the table in click-protocol.md section 2: the exact bytes that are sent, and the readings of the answer. */

const OK = { error_code: 0, error_note: "Success" };
const DONE = { kind: "DONE" };
const PAYMENT_ID = "5000000001";
const TOKEN = "3B1DF3F1-7358-407C-B57F-0F6351310803";
const CARD = { cardNumber: new Secret("8600123412341234"), expireDate: new Secret("0527"), temporary: true };
const OTP = "42860099887766554433";
/** sha1("1768471200" + the service's key), computed apart. */
const AUTH = "33333:d63d51d0e78430280af36dbdf9d20f7747193a43:1768471200";

const ITEM: FiscalItem = {
  name: 'Чай "Зелёный" 100 г, шт',
  barcode: "4780000000007",
  labels: ["0104600000000000215x"],
  spic: "00902001001000000",
  units: 1_511_111_111_111_111_111n,
  packageCode: "1500001",
  goodPriceTiyin: 1_920_025n,
  priceTiyin: 3_840_050n,
  quantity: 2n,
  vatTiyin: 411_434n,
  vatPercent: 12,
  discountTiyin: 0n,
  otherTiyin: 5n,
  commission: { tin: "123456789" },
};
const BARE_ITEM: FiscalItem = {
  name: "Хлеб, шт",
  barcode: undefined,
  labels: [],
  spic: "01905001001000000",
  units: undefined,
  packageCode: "1",
  goodPriceTiyin: undefined,
  priceTiyin: 9_007_199_254_740_993n,
  quantity: 1n,
  vatTiyin: 0n,
  vatPercent: 0,
  discountTiyin: undefined,
  otherTiyin: undefined,
  commission: { pinfl: "12345678901234" },
};

interface Row {
  readonly name: string;
  readonly ask: (client: ClickApi) => Promise<ClickReply>;
  readonly line: string;
  readonly body?: string;
  /** Click's answer, beside its two fields. */
  readonly reply?: object;
  readonly outcome?: object;
}

const ROWS: readonly Row[] = [
  {
    name: "create invoice",
    ask: (client) =>
      client.createInvoice(MERCHANT, { amountTiyin: 3_840_050n, phone: "998901234567", reference: 'Заказ "5"\\7' }),
    line: "POST /v2/merchant/invoice/create",
    body: '{"service_id":11111,"amount":38400.50,"phone_number":"998901234567","merchant_trans_id":"Заказ \\"5\\"\\\\7"}',
    reply: { invoice_id: 7_000_000_001 },
    outcome: { clickInvoiceId: "7000000001" },
  },
  {
    name: "create invoice, of a sum that a float cannot hold, answered in text",
    ask: (client) =>
      client.createInvoice(MERCHANT, { amountTiyin: 999_999_999_999_999_901n, phone: "998901234567", reference: "5" }),
    line: "POST /v2/merchant/invoice/create",
    body: '{"service_id":11111,"amount":9999999999999999.01,"phone_number":"998901234567","merchant_trans_id":"5"}',
    reply: { invoice_id: "7000000001" },
    outcome: { clickInvoiceId: "7000000001" },
  },
  {
    name: "invoice status",
    ask: (client) => client.invoiceStatus(MERCHANT, "7000000001"),
    line: "GET /v2/merchant/invoice/status/11111/7000000001",
    reply: { invoice_status: -99, invoice_status_note: "Deleted" },
    outcome: { status: -99, note: "Deleted" },
  },
  {
    name: "invoice status, answered under the old key",
    ask: (client) => client.invoiceStatus(MERCHANT, "7000000001"),
    line: "GET /v2/merchant/invoice/status/11111/7000000001",
    reply: { status: "1" },
    outcome: { status: 1, note: "" },
  },
  {
    name: "payment status",
    ask: (client) => client.paymentStatus(MERCHANT, PAYMENT_ID),
    line: "GET /v2/merchant/payment/status/11111/5000000001",
    reply: { payment_id: 5_000_000_001, payment_status: 2 },
    outcome: { status: "PAID" },
  },
  {
    name: "payment status by order",
    ask: (client) => client.paymentOfReference(MERCHANT, "Заказ 57/2?#%", "2026-01-15"),
    line: "GET /v2/merchant/payment/status_by_mti/11111/%D0%97%D0%B0%D0%BA%D0%B0%D0%B7%2057%2F2%3F%23%25/2026-01-15",
    reply: { payment_id: "5000000001", merchant_trans_id: "Заказ 57/2?#%" },
    outcome: { clickPaymentId: PAYMENT_ID, status: undefined },
  },
  {
    name: "payment status by order, of one that looks like a way up",
    ask: (client) => client.paymentOfReference(MERCHANT, "..", "2026-01-15"),
    line: "GET /v2/merchant/payment/status_by_mti/11111/../2026-01-15",
    reply: { payment_id: 5_000_000_001, payment_status: 0 },
    outcome: { clickPaymentId: PAYMENT_ID, status: "CREATED" },
  },
  {
    name: "reversal",
    ask: (client) => client.reversePayment(MERCHANT, PAYMENT_ID),
    line: "DELETE /v2/merchant/payment/reversal/11111/5000000001",
    reply: { payment_id: 5_000_000_001 },
  },
  {
    name: "partial reversal",
    ask: (client) => client.reversePaymentPartly(MERCHANT, PAYMENT_ID, 100_005n),
    line: "DELETE /v2/merchant/payment/partial_reversal/11111/5000000001/1000.05",
  },
  {
    name: "card token request",
    ask: (client) => client.requestCardToken(MERCHANT, CARD),
    line: "POST /v2/merchant/card_token/request",
    body: '{"service_id":11111,"card_number":"8600123412341234","expire_date":"0527","temporary":1}',
    reply: { card_token: TOKEN, phone_number: "99890***4567", temporary: true },
    outcome: { cardToken: new Secret(TOKEN), maskedPhone: "99890***4567", temporary: true },
  },
  {
    name: "card token request, for a lasting one",
    ask: (client) => client.requestCardToken(MERCHANT, { ...CARD, temporary: false }),
    line: "POST /v2/merchant/card_token/request",
    body: '{"service_id":11111,"card_number":"8600123412341234","expire_date":"0527","temporary":0}',
    reply: { card_token: TOKEN, phone_number: "99890***4567", temporary: "1" },
    outcome: { cardToken: new Secret(TOKEN), maskedPhone: "99890***4567", temporary: true },
  },
  {
    name: "card token verify",
    ask: (client) => client.verifyCardToken(MERCHANT, { cardToken: new Secret(TOKEN), smsCode: new Secret("12345") }),
    line: "POST /v2/merchant/card_token/verify",
    body: `{"service_id":11111,"card_token":"${TOKEN}","sms_code":12345}`,
    reply: { card_number: "8600 12** **** 1234" },
    outcome: { maskedCardNumber: "8600 12** **** 1234" },
  },
  {
    name: "card token verify, with a code that begins with 0",
    ask: (client) => client.verifyCardToken(MERCHANT, { cardToken: new Secret(TOKEN), smsCode: new Secret("01234") }),
    line: "POST /v2/merchant/card_token/verify",
    body: `{"service_id":11111,"card_token":"${TOKEN}","sms_code":"01234"}`,
    reply: { card_number: "8600123412341234" },
    outcome: { maskedCardNumber: "860012******1234" },
  },
  {
    name: "card token payment",
    ask: (client) =>
      client.chargeCardToken(MERCHANT, { cardToken: new Secret(TOKEN), amountTiyin: 100_000n, reference: "57/2" }),
    line: "POST /v2/merchant/card_token/payment",
    body: `{"service_id":11111,"card_token":"${TOKEN}","amount":1000.00,"transaction_parameter":"57/2"}`,
    reply: { payment_id: PAYMENT_ID, payment_status: 2, eps_id: 1 },
    outcome: { clickPaymentId: PAYMENT_ID, status: "PAID" },
  },
  {
    name: "card token payment, without a status",
    ask: (client) =>
      client.chargeCardToken(MERCHANT, { cardToken: new Secret(TOKEN), amountTiyin: 1n, reference: "57" }),
    line: "POST /v2/merchant/card_token/payment",
    body: `{"service_id":11111,"card_token":"${TOKEN}","amount":0.01,"transaction_parameter":"57"}`,
    reply: { payment_id: 5_000_000_001 },
    outcome: { clickPaymentId: PAYMENT_ID, status: "PROCESSING" },
  },
  {
    name: "card token delete",
    ask: (client) => client.deleteCardToken(MERCHANT, new Secret("a/b c")),
    line: "DELETE /v2/merchant/card_token/11111/a%2Fb%20c",
  },
  {
    name: "Click Pass pay",
    ask: (client) =>
      client.chargeClickPass(MERCHANT, {
        otpData: new Secret(OTP),
        amountTiyin: 100_050n,
        cashboxCode: "KASSA-1",
        reference: "57/2",
      }),
    line: "POST /v2/merchant/click_pass/payment",
    body: `{"service_id":11111,"otp_data":"${OTP}","amount":1000.50,"cashbox_code":"KASSA-1","transaction_id":"57/2"}`,
    reply: {
      payment_id: 5_000_000_001,
      payment_status: 1,
      confirm_mode: 1,
      card_type: "private",
      processing_type: "UZCARD",
      card_number: "8600 12** **** 1234",
      phone_number: "99890***4567",
    },
    outcome: {
      clickPaymentId: PAYMENT_ID,
      status: "PROCESSING",
      mustConfirm: true,
      cardType: "PRIVATE",
      processing: "UZCARD",
      maskedCardNumber: "8600 12** **** 1234",
      maskedPhone: "99890***4567",
    },
  },
  {
    name: "Click Pass pay, with nothing that may be left out",
    ask: (client) =>
      client.chargeClickPass(MERCHANT, {
        otpData: new Secret(OTP),
        amountTiyin: 100n,
        cashboxCode: undefined,
        reference: undefined,
      }),
    line: "POST /v2/merchant/click_pass/payment",
    body: `{"service_id":11111,"otp_data":"${OTP}","amount":1.00}`,
    reply: { payment_id: PAYMENT_ID, payment_status: "2", card_type: "unheard of" },
    outcome: {
      clickPaymentId: PAYMENT_ID,
      status: "PAID",
      mustConfirm: false,
      cardType: undefined,
      processing: undefined,
      maskedCardNumber: "",
      maskedPhone: "",
    },
  },
  {
    name: "Click Pass confirm",
    ask: (client) => client.confirmClickPass(MERCHANT, "9223372036854775807"),
    line: "POST /v2/merchant/click_pass/confirm",
    body: '{"service_id":11111,"payment_id":9223372036854775807}',
  },
  {
    name: "Click Pass confirm mode on",
    ask: (client) => client.setConfirmationMode(MERCHANT, true),
    line: "PUT /v2/merchant/click_pass/confirmation/11111",
  },
  {
    name: "Click Pass confirm mode off",
    ask: (client) => client.setConfirmationMode(MERCHANT, false),
    line: "DELETE /v2/merchant/click_pass/confirmation/11111",
  },
  {
    name: "fiscal items",
    ask: (client) =>
      client.submitFiscalItems(MERCHANT, PAYMENT_ID, {
        items: [ITEM, BARE_ITEM],
        receivedEcashTiyin: 3_840_050n,
        receivedCashTiyin: 0n,
        receivedCardTiyin: 9_007_199_254_740_993n,
      }),
    line: "POST /v2/merchant/payment/ofd_data/submit_items",
    body:
      '{"service_id":11111,"payment_id":5000000001,"items":[' +
      '{"Name":"Чай \\"Зелёный\\" 100 г, шт","Barcode":"4780000000007","Labels":["0104600000000000215x"],' +
      '"SPIC":"00902001001000000","Units":1511111111111111111,"PackageCode":"1500001","GoodPrice":1920025,' +
      '"Price":3840050,"Amount":2,"VAT":411434,"VATPercent":12,"Discount":0,"Other":5,"CommissionInfo":{"TIN":"123456789"}},' +
      '{"Name":"Хлеб, шт","SPIC":"01905001001000000","PackageCode":"1","Price":9007199254740993,"Amount":1,"VAT":0,' +
      '"VATPercent":0,"CommissionInfo":{"PINFL":"12345678901234"}}],' +
      '"received_ecash":3840050,"received_cash":0,"received_card":9007199254740993}',
  },
  {
    name: "fiscal receipt link",
    ask: (client) => client.submitFiscalQrCode(MERCHANT, PAYMENT_ID, "https://ofd.soliq.uz/check?t=EP1&r=7&c=1&s=2"),
    line: "POST /v2/merchant/payment/ofd_data/submit_qrcode",
    body: '{"service_id":11111,"payment_id":5000000001,"qrcode":"https://ofd.soliq.uz/check?t=EP1&r=7&c=1&s=2"}',
  },
  {
    name: "fiscal read",
    ask: (client) => client.fiscalData(MERCHANT, PAYMENT_ID),
    line: "GET /v2/merchant/payment/ofd_data/11111/5000000001",
    reply: { paymentId: 5_000_000_001, qrCodeURL: "https://ofd.soliq.uz/check?t=EP1" },
    outcome: { qrCodeUrl: "https://ofd.soliq.uz/check?t=EP1" },
  },
];

test.each(ROWS)(
  "$name: the bytes that are sent, and what is read",
  async ({ ask, line, body = "", reply, outcome }) => {
    const click = await recordingClick({ ...OK, ...reply });

    const done = await ask(clientOf(click.url));

    expect(click.requests).toEqual([
      { requestLine: line, auth: AUTH, contentType: "application/json", accept: "application/json", body },
    ]);
    expect(done).toEqual({ ...DONE, ...outcome });
  },
);

test.each<[string, object | string, object]>([
  ["no error_code", { paymentId: PAYMENT_ID, qrCodeURL: "https://x" }, { ...DONE, qrCodeUrl: "https://x" }],
  ["snake_case", { ...OK, payment_id: 5_000_000_001, qr_code_url: "https://x" }, { ...DONE, qrCodeUrl: "https://x" }],
  ["no receipt yet", { paymentId: 5_000_000_001, qrCodeURL: null }, { ...DONE, qrCodeUrl: undefined }],
  ["nothing but success", OK, { ...DONE, qrCodeUrl: undefined }],
  ["another payment", { paymentId: 5_000_000_002, qrCodeURL: "https://x" }, { kind: "UNKNOWN" }],
  ["an empty object", {}, { kind: "UNKNOWN" }],
])("a fiscal read answered by %s", async (_, reply, outcome) => {
  const click = await recordingClick(reply);

  expect(await clientOf(click.url).fiscalData(MERCHANT, PAYMENT_ID)).toEqual(outcome);
});

const chargedBy = (client: ClickApi) =>
  client.chargeCardToken(MERCHANT, { cardToken: new Secret(TOKEN), amountTiyin: 1n, reference: "57" });

test.each<[string, string, object]>([
  ["9007199254740993", "PAID", { ...DONE, clickPaymentId: "9007199254740993", status: "PAID" }],
  ["9223372036854775808", "PAID", { kind: "UNKNOWN" }],
])("a payment's number %s is never rounded", async (digits, _, outcome) => {
  const click = await recordingClick(`{"error_code":0,"payment_id":${digits},"payment_status":2}`);

  expect(await chargedBy(clientOf(click.url))).toEqual(outcome);
});

test("a charge whose answer names no payment is unknown", async () => {
  const click = await recordingClick({ ...OK, payment_status: 2 });

  expect(await chargedBy(clientOf(click.url))).toEqual({ kind: "UNKNOWN" });
});

test.each<[number, string]>([
  [-1, "SERVICE_WRONG"],
  [-6, "AMOUNT_TOO_SMALL"],
  [7, "AMOUNT_TOO_LARGE"],
  [-21, "SERVICE_UNAVAILABLE"],
  [-301, "SMS_CODE_EXPIRED"],
  [-302, "SMS_CODE_WRONG"],
  [-400, "CARD_NUMBER_WRONG"],
  [-403, "OTHER"],
  [-406, "TOO_MANY_TRIES"],
])("Click's code %i is the refusal %s", async (code, refusal) => {
  const click = await recordingClick({ error_code: code, error_note: "no" });

  expect(await chargedBy(clientOf(click.url))).toMatchObject({ kind: "REFUSED", refusal, clickErrorCode: code });
});

test("a note from Click that repeats a card, a code or a token is cleaned", async () => {
  const note = `bad 8600123412341234, 8600 1234 1234 1234, 0527, ${TOKEN}, 12345, ${OTP}.`;
  const click = await wildClick(says({ error_code: -400, error_note: note }));
  const client = clientOf(click.url);
  const cardToken = new Secret(TOKEN);

  const replies = [
    await client.requestCardToken(MERCHANT, CARD),
    await client.verifyCardToken(MERCHANT, { cardToken, smsCode: new Secret("12345") }),
    await client.chargeCardToken(MERCHANT, { cardToken, amountTiyin: 1n, reference: "57" }),
    await client.deleteCardToken(MERCHANT, cardToken),
    await client.chargeClickPass(MERCHANT, {
      otpData: new Secret(OTP),
      amountTiyin: 1n,
      cashboxCode: undefined,
      reference: undefined,
    }),
  ];

  expect(replies.map((reply) => "clickErrorNote" in reply && reply.clickErrorNote)).toEqual([
    "bad …, …, …, 3B1DF3F…C-B57F-0F…, 12345, ….",
    "bad …, …, 0527, …, …, ….",
    "bad …, …, 0527, …, 12345, ….",
    "bad …, …, 0527, …, 12345, ….",
    "bad …, …, 0527, 3B1DF3F…C-B57F-0F…, 12345, ….",
  ]);
});

test("a note of any other call that repeats a phone, a card or the key is cleaned", async () => {
  const note = `phone 998901234567, card 8600123412341234, key ${MERCHANT.secretKey}.`;
  const click = await wildClick(says({ error_code: -5, error_note: note }));
  const client = clientOf(click.url);

  const replies = [
    await client.createInvoice(MERCHANT, { amountTiyin: 1n, phone: "998901234567", reference: "57" }),
    await client.paymentStatus(MERCHANT, "1"),
    await client.reversePayment(MERCHANT, "1"),
    await client.submitFiscalQrCode(MERCHANT, "1", "https://ofd.soliq.uz/check?t=1&r=1&c=1&s=1"),
  ];

  expect(replies.map((reply) => "clickErrorNote" in reply && reply.clickErrorNote)).toEqual(
    replies.map(() => "phone …, card …, key …."),
  );
});

test("a token that Click gives is never printed", async () => {
  const click = await recordingClick({ ...OK, card_token: TOKEN, phone_number: "", temporary: 0 });

  const reply = await clientOf(click.url).requestCardToken(MERCHANT, CARD);

  expect(inspect(reply, { depth: null }) + JSON.stringify(reply)).not.toContain(TOKEN);
});
