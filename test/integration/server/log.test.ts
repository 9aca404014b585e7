import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CompleteResponse, PrepareResponse } from "../../../src/gen/clickbridge/v1/callback_service.ts";
import { type CallbackOptions, clickOver, newClickId, signedCallback } from "../../support/click/click.ts";
import { startMerchantApi } from "../../support/click/merchant-api-stub.ts";
import { RPCS } from "../../support/service/rpcs.ts";
import { ALL_SCOPES_TOKEN, bearer, call } from "../../support/service/service.ts";
import { type ServiceProcess, startServiceProcess } from "../../support/service/service-process.ts";
import { purchase } from "../../support/shop/purchase.ts";
import { createShop, SERVICE, type Shop, type ShopOrder } from "../../support/shop/shop.ts";

/** A whole run of the service at its most talkative, with everything that goes wrong; then its log is searched. */

const CARD = "8600123412345678";
const PHONE = "998907776655";
const DATABASE_PASSWORD = "database_password_word";
const CLICK_NOTE = `card ${CARD} of +${PHONE} was declined`;

type Line = Readonly<Record<string, unknown>>;

let shop: Shop;
let lines: Line[];
let printed: string;
let callbackCount = 0;
let strangePaydoc: ShopOrder;
let paid: { readonly order: ShopOrder; readonly prepareId: number };
const leaseTokens: string[] = [];
const signatures: string[] = [];

beforeAll(async () => {
  shop = await createShop();
  const click = await startMerchantApi();
  const user = `log_${randomBytes(4).toString("hex")}`;
  await shop.query(`CREATE USER ${user}@localhost IDENTIFIED BY '${DATABASE_PASSWORD}'`);
  await shop.query(`GRANT ALL ON ${shop.database.name}.* TO ${user}@localhost`);
  const url = new URL(shop.url);
  url.username = user;
  url.password = DATABASE_PASSWORD;
  const service = await startServiceProcess(url.href, {
    CLICKBRIDGE_LOG_LEVEL: "trace",
    CLICKBRIDGE_LISTEN: "tcp://127.0.0.1:0",
    CLICKBRIDGE_CLICK_API_URL: click.url,
  });
  await runPurchase(service);
  await runRefusals(service);
  await runInvoices(service, click);
  await runFailingStatements(service);
  await service.stop();
  await click.stop();
  await shop.query(`DROP USER ${user}@localhost`);
  printed = service.lines.join("\n");
  lines = service.lines.map((line) => JSON.parse(line) as Line);
});
afterAll(() => shop.stop());

/** Click's calls, counted, with what must not be seen again. */
function counted(service: ServiceProcess) {
  const click = clickOver(service);
  const note = <T>(answer: Promise<T>): Promise<T> => {
    callbackCount += 1;
    return answer;
  };
  return {
    prepare: (options: CallbackOptions): Promise<PrepareResponse> => note(click.prepare(options)),
    complete: (options: CallbackOptions): Promise<CompleteResponse> => note(click.complete(options)),
  };
}

async function runPurchase(service: ServiceProcess): Promise<void> {
  const click = counted(service);
  const order = await shop.addOrder();
  const ids = { clickTransId: newClickId(), merchantTransId: order.number };
  const { merchantPrepareId = 0 } = await click.prepare(ids);
  const completed = await click.complete({ ...ids, merchantPrepareId: String(merchantPrepareId) });
  leaseTokens.push(completed.orderUpdate?.token ?? "");
  paid = { order, prepareId: merchantPrepareId };
  for (const { send } of RPCS) await send(service, bearer(ALL_SCOPES_TOKEN)).catch(() => undefined);
  callbackCount += 3;
}

async function runRefusals(service: ServiceProcess): Promise<void> {
  const click = counted(service);
  await click.prepare({ merchantTransId: "no such order" });
  await click.prepare({ merchantTransId: paid.order.number, secretKey: "a_wrong_secret_key" });
  await click.complete({ merchantTransId: paid.order.number, merchantPrepareId: "x" });
  await click.prepare({ merchantTransId: paid.order.number, serviceId: "404" });
  for (const { send } of RPCS) await send(service, bearer("a-token-that-nobody-has")).catch(() => undefined);
  const callback = { ...signedCallback({ action: "0", merchantTransId: paid.order.number }), errorNote: CLICK_NOTE };
  signatures.push(callback.signString);
  strangePaydoc = await shop.addOrder();
  await click.prepare({ merchantTransId: strangePaydoc.number, clickPaydocId: `${CARD} ` });
  callbackCount += 1;
  await call(service.callbacks, service.callbacks.prepare, {
    callback,
    callerAddress: "127.0.0.1\nforged line",
    certificationOnly: false,
  });
}

async function runInvoices(
  { checkout, payments }: ServiceProcess,
  click: Awaited<ReturnType<typeof startMerchantApi>>,
): Promise<void> {
  const order = await shop.addOrder();
  const invoice = (phoneNumber: string) =>
    call(checkout, checkout.createInvoice, {
      requestId: randomUUID(),
      paymentId: BigInt(order.paymentId),
      phoneNumber,
      userId: CARD,
    }).catch(() => undefined);
  await invoice(PHONE);
  click.answer(async () => ({ json: { error_code: -5, error_note: CLICK_NOTE } }));
  await invoice(PHONE);
  click.answer(async () => "DROP");
  await invoice(PHONE);
  await invoice(`${PHONE}0`);
  const none = { clickId: "", orderNumber: "", orderId: 0n, state: 0 as const, serviceId: 0n };
  const times = { createdFromTime: undefined, createdBeforeTime: undefined, searchText: PHONE, paymentStates: [] };
  await call(payments, payments.listPayments, { ...none, ...times, pageSize: 1, pageToken: "", phoneNumber: PHONE });
}

/** Statements that fail with their values in them: tables that are away, too short, and of another kind. */
async function runFailingStatements(service: ServiceProcess): Promise<void> {
  const click = clickOver(service);
  const order = await shop.addOrder();
  await shop.query("DELETE FROM clickbridge_invoice");
  await shop.query("ALTER TABLE clickbridge_invoice MODIFY phone varchar(3) CHARACTER SET ascii NOT NULL");
  await call(service.checkout, service.checkout.createInvoice, {
    requestId: randomUUID(),
    paymentId: BigInt(order.paymentId),
    phoneNumber: PHONE,
    userId: "",
  }).catch(() => undefined);
  await shop.query("RENAME TABLE clickbridge_event TO event_away");
  await click.prepare({ merchantTransId: order.number }).catch(() => undefined);
  await shop.query("RENAME TABLE event_away TO clickbridge_event");
  await shop.query("RENAME TABLE b_sale_bizval TO bizval_away");
  await click.prepare({ merchantTransId: order.number }).catch(() => undefined);
  await shop.query("RENAME TABLE bizval_away TO b_sale_bizval");
  callbackCount += 2;
  await purchase(service, shop);
}

const callbacks = () => lines.filter((line) => line["msg"] === "callback");

describe("a callback", () => {
  test("is one line, with service, order, attempt, verdict and duration", () => {
    const [prepared, completed] = callbacks().filter((line) => line["orderId"] === paid.order.orderId);

    const about = {
      serviceId: SERVICE.serviceId,
      orderId: paid.order.orderId,
      paymentId: paid.order.paymentId,
      attemptId: paid.prepareId,
      verdict: 0,
      durationMs: expect.any(Number),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      level: "info",
    };
    expect(prepared).toMatchObject({ ...about, call: "Prepare" });
    expect(completed).toMatchObject({ ...about, call: "Complete", orderUpdateId: expect.any(Number) });
  });

  test("that has a verdict is one line each, and no more", () => {
    // Two calls had no verdict, because their statements failed.
    expect(callbacks()).toHaveLength(callbackCount);
  });

  test("whose click_paydoc_id was of no use has its verdict, and says so at warn without quoting it", () => {
    const line = callbacks().find(({ orderId }) => orderId === strangePaydoc.orderId);

    expect(line).toMatchObject({
      verdict: 0,
      why: expect.stringMatching(/^click_paydoc_id .*: ignored$/),
      level: "warn",
    });
  });

  test("that was refused says why", () => {
    const refused = callbacks().filter((line) => line["verdict"] !== 0);

    expect(refused.map((line) => `${line["verdict"]} ${line["why"] ?? ""}`)).toEqual(
      expect.arrayContaining([
        "-1 sign_string does not fit",
        "-1 service_id is not configured",
        "-8 merchant_prepare_id must be digits, at most 30",
        "-5 ",
      ]),
    );
    expect(new Set(refused.map((line) => line["level"]))).toEqual(new Set(["warn"]));
  });
});

test("a failing statement is logged as a bug, with its error and without its values", () => {
  const bugs = lines.filter((line) => line["msg"] === "bug");

  expect(bugs.map((line) => (line["err"] as { message: string }).message)).toEqual([
    "database: ER_DATA_TOO_LONG (1406)",
    "database: ER_NO_SUCH_TABLE (1146)",
    "database: ER_NO_SUCH_TABLE (1146)",
  ]);
});

test("every line is one JSON object, whatever a caller sends", () => {
  expect(printed.split("\n").filter((line) => !line.startsWith("{"))).toEqual([]);
});

describe("nowhere in the log is", () => {
  test.each<[string, () => string[]]>([
    ["the secret key", () => [SERVICE.secretKey]],
    ["a signature", () => signatures],
    ["the caller's token", () => [ALL_SCOPES_TOKEN, "a-token-that-nobody-has"]],
    ["the token of a lease", () => leaseTokens],
    ["a phone", () => [PHONE, PHONE.slice(3), "901234567"]],
    ["a card number", () => [CARD]],
    ["the database's password", () => [DATABASE_PASSWORD]],
    ["the text of a statement", () => ["INSERT INTO", "SELECT "]],
  ])("%s", (_, secrets) => {
    const words = secrets();

    expect(words.filter((word) => word.length < 8 && word !== "SELECT ")).toEqual([]);
    expect(words.filter((word) => printed.includes(word))).toEqual([]);
  });
});
