import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type Client,
  type ClientReadableStream,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  type Metadata,
  type ServiceClientConstructor,
  type ServiceError,
} from "@grpc/grpc-js";
import { load } from "@grpc/proto-loader";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tashkentDay } from "../../../src/protocol/tashkent-time.ts";
import { signedCallback } from "../../support/click/click.ts";
import { ITEM, newReceipt, RECEIPT_URL } from "../../support/click/receipt.ts";
import { isListed } from "../../support/service/error-lists.ts";
import { readFailure } from "../../support/service/failure.ts";
import { ALL_SCOPES_TOKEN, bearer, startTestService, type TestService } from "../../support/service/service.ts";
import { createShop, SERVICE, type Shop, type ShopOrder } from "../../support/shop/shop.ts";
import { formOf } from "../../support/shop/shop-site.ts";

/**
 * A client without generated code, as a script of a shop's would be: it loads `proto/` when it starts, sends plain objects with numbers
 * as text and enums by name, and reads such answers.
 */
const PROTO = fileURLToPath(new URL("../../../proto", import.meta.url));
const SERVICE_FILES = readdirSync(`${PROTO}/clickbridge/v1`).filter((name) => name.endsWith("_service.proto"));

type Answer = Readonly<Record<string, unknown>>;
type Answered = (error: ServiceError | null, answer: Answer) => void;
type Method = (request: object, metadata: Metadata, answered: Answered) => unknown;
type StreamMethod = (request: object, metadata: Metadata) => ClientReadableStream<Answer>;

let shop: Shop;
let service: TestService;
let constructors: ReadonlyMap<string, ServiceClientConstructor>;
let clients: ReadonlyMap<string, Client>;

/** What each RPC answered, or its code and reason. */
const answers = new Map<string, Answer>();
const refusals = new Map<string, string>();

beforeAll(async () => {
  shop = await createShop();
  service = await startTestService({ databaseUrl: shop.url, env: { CLICKBRIDGE_LISTEN: "tcp://127.0.0.1:0" } });
  constructors = await servicesOfContract();
  const target = service.address.replace("tcp://", "");
  clients = new Map(
    [...constructors].map(([name, Service]) => [name, new Service(target, credentials.createInsecure())]),
  );
  const bought = await shop.addOrder({ number: "Заказ-1" });
  await buy(bought);
  await readAbout(bought);
  await askClick(await shop.addOrder());
});
afterAll(async () => {
  for (const client of clients.values()) client.close();
  await service.stop();
  await shop.stop();
});

async function servicesOfContract(): Promise<ReadonlyMap<string, ServiceClientConstructor>> {
  const files = SERVICE_FILES.map((name) => `clickbridge/v1/${name}`);
  const contract = await load(files, { includeDirs: [PROTO], longs: String, enums: String, defaults: true });
  const { v1 } = loadPackageDefinition(contract)["clickbridge"] as { readonly v1: GrpcObject };
  return new Map(
    Object.entries(v1).filter((entry): entry is [string, ServiceClientConstructor] => "service" in entry[1]),
  );
}

function methodOf<T>(rpc: string): T {
  const [serviceName = "", name = ""] = rpc.split("/");
  const client = clients.get(serviceName) as unknown as Readonly<Record<string, Method>>;
  return client[name]?.bind(client) as T;
}

/** Calls an RPC once; what it came to is kept for the tests. */
async function send(rpc: string, request: object): Promise<Answer> {
  return new Promise((resolve) => {
    methodOf<Method>(rpc)(request, bearer(ALL_SCOPES_TOKEN), (error, answer) => {
      if (error === null) answers.set(rpc, answer);
      else refusals.set(rpc, `${readFailure(error).code} ${readFailure(error).reason}`);
      resolve(answer ?? {});
    });
  });
}

/** From the link to an order that is marked paid. */
async function buy(order: ShopOrder): Promise<void> {
  const { paymentId, number } = order;
  await send("CheckoutService/CreatePaymentLink", { paymentId, cardType: "CARD_TYPE_HUMO" });
  const { token } = await send("CheckoutService/CreateCheckoutToken", { paymentId });
  await send("CheckoutService/GetCheckoutByToken", { token });
  await send("CheckoutService/GetCheckoutPage", { paymentId, chooseCard: true, forBuyer: true });
  await send("CheckoutService/AnswerCheckout", { httpMethod: "GET", token, body: Buffer.alloc(0) });
  const callback = { clickTransId: "4000000001", clickPaydocId: "4000000002", merchantTransId: number };
  const prepared = await send("CallbackService/Prepare", { callback: signedCallback({ ...callback, action: "0" }) });
  const merchantPrepareId = String(prepared["merchantPrepareId"]);
  const complete = signedCallback({ ...callback, merchantPrepareId, action: "1" });
  await send("CallbackService/Complete", { callback: complete, leaveOrderUpdate: true });
  const body = Buffer.from(formOf(complete));
  await send("CallbackService/AnswerCallback", { httpMethod: "POST", body, leaveOrderUpdate: true });
  const { orderUpdates } = await send("OrderUpdateService/ClaimOrderUpdates", { limit: 10 });
  const [{ orderUpdateId, token: lease } = {}] = orderUpdates as readonly Record<string, string>[];
  await send("OrderUpdateService/StartOrderUpdate", { orderUpdateId, token: lease });
  const outcome = "OUTCOME_APPLIED";
  await send("OrderUpdateService/AcknowledgeOrderUpdate", { orderUpdateId, token: lease, outcome });
}

async function readAbout({ paymentId, number }: ShopOrder): Promise<void> {
  await send("PaymentService/GetPayment", { paymentId });
  await send("PaymentService/ListPayments", { orderNumber: number, state: "STATE_SETTLED" });
  await send("CheckoutService/GetCheckout", { paymentId });
  await send("PaymentService/ListAnomalies", { state: "STATE_OPEN" });
  await send("PaymentService/ResolveAnomaly", {
    anomalyId: "1",
    resolution: "RESOLUTION_CLOSE",
    note: "none",
    userId: "a person",
  });
  const filter = { types: ["attempt.captured"] };
  const events = methodOf<StreamMethod>("PaymentService/WatchEvents")(
    { afterSeq: "0", filter },
    bearer(ALL_SCOPES_TOKEN),
  );
  // Ended below, as a client ends a stream that has no end.
  events.on("error", () => {});
  for await (const answer of events) {
    if (answer["event"] === undefined || answer["event"] === null) continue;
    answers.set("PaymentService/WatchEvents", answer);
    break;
  }
  await send("PaymentService/ListEvents", { afterSeq: "0", filter });
  await send("LedgerService/ListLedgerEntries", { kinds: ["KIND_CAPTURED"] });
  const today = tashkentDay(new Date());
  await send("LedgerService/GetTotals", { firstDay: today, lastDay: today });
  const file = Buffer.from("payment_id;amount\n3000000001;1000\n");
  await send("LedgerService/MatchStatement", { serviceId: SERVICE.serviceId, file });
  await send("SetupService/CheckSetup", {});
  await send("SetupService/PlanCurrency", {});
  await send("ServerService/GetServerInfo", {});
}

/** Nobody listens at Click's address: what has to be asked there is refused or stays unknown. */
async function askClick({ paymentId }: ShopOrder): Promise<void> {
  const { serviceId } = SERVICE;
  const phoneNumber = "901234567";
  await send("CheckoutService/CreateInvoice", { requestId: randomUUID(), paymentId, phoneNumber });
  const { token } = await send("CheckoutService/CreateCheckoutToken", { paymentId });
  await send("CheckoutService/SendInvoiceByToken", { token, requestId: randomUUID(), phoneNumber });
  await send("PaymentService/RefundPayment", { requestId: randomUUID(), paymentId, userId: "a person" });
  await send("PaymentService/RefreshPayment", { paymentId });
  await send("CardService/RequestCardToken", { serviceId, cardNumber: "8600123412341234", expireDate: "0399" });
  await send("CardService/VerifyCardToken", { serviceId, cardToken: "x", smsCode: "12345" });
  await send("CardService/ChargeCardToken", { requestId: randomUUID(), paymentId, cardToken: "x" });
  await send("CardService/DeleteCardToken", { serviceId, cardToken: "x" });
  await send("PassService/ChargeClickPass", { requestId: randomUUID(), paymentId, otpData: "x" });
  await send("PassService/ConfirmClickPass", { chargeId: "1" });
  await send("PassService/SetConfirmationMode", { serviceId, on: true, userId: "a person" });
  const receipt = asText({ ...newReceipt({ paymentId: BigInt(paymentId) }), items: [{ ...ITEM, tin: "123456789" }] });
  await send("FiscalService/SubmitItems", receipt);
  await send("FiscalService/SubmitQrCode", { requestId: randomUUID(), paymentId, qrCodeUrl: RECEIPT_URL });
  await send("FiscalService/GetFiscalData", { paymentId });
}

/** The numbers of generated code are bigint; a client without it writes them as text. */
function asText(request: object): object {
  return JSON.parse(JSON.stringify(request, (_, value) => (typeof value === "bigint" ? String(value) : value)));
}

test("every RPC of every service was called", () => {
  const rpcs = [...constructors].flatMap(([name, { service: methods }]) =>
    Object.keys(methods).map((method) => `${name}/${method}`),
  );

  expect(rpcs.length).toBeGreaterThan(25);
  expect([...answers.keys(), ...refusals.keys()].sort()).toEqual(rpcs.sort());
});

test.each([
  ["CheckoutService/CreatePaymentLink", { amountTiyin: "100000", url: expect.stringContaining("card_type=humo") }],
  ["CheckoutService/CreateCheckoutToken", { token: expect.stringMatching(/^v1\./) }],
  ["CheckoutService/GetCheckoutByToken", { checkout: { state: "STATE_PAYABLE" } }],
  ["CheckoutService/GetCheckoutPage", { links: [{ cardType: "CARD_TYPE_UZCARD" }, { cardType: "CARD_TYPE_HUMO" }] }],
  ["CheckoutService/AnswerCheckout", { httpStatus: 200, jsonBody: '{"stage":"PAYABLE"}', word: "PAYABLE" }],
  ["CallbackService/Prepare", { error: 0, jsonBody: expect.stringContaining('"click_trans_id":4000000001,') }],
  ["CallbackService/Complete", { error: 0, jsonBody: expect.stringContaining('"click_trans_id":4000000001,') }],
  ["CallbackService/AnswerCallback", { error: -4, jsonBody: expect.stringContaining('"click_trans_id":4000000001,') }],
  ["OrderUpdateService/ClaimOrderUpdates", { orderUpdates: [{ kind: "KIND_MARK_PAID", clickTransId: "4000000001" }] }],
  ["OrderUpdateService/StartOrderUpdate", { leaseExpireTime: expect.anything() }],
  ["OrderUpdateService/AcknowledgeOrderUpdate", { finished: true }],
  ["PaymentService/GetPayment", { payment: { orderNumber: "Заказ-1", attempts: [{ state: "STATE_SETTLED" }] } }],
  ["PaymentService/ListPayments", { payments: [{ orderNumber: "Заказ-1" }] }],
  ["CheckoutService/GetCheckout", { state: "STATE_CAPTURED", amountTiyin: "100000" }],
  ["PaymentService/ListAnomalies", { anomalies: [], nextPageToken: "" }],
  ["PaymentService/WatchEvents", { event: { type: "attempt.captured", amountTiyin: "100000" } }],
  ["PaymentService/ListEvents", { events: [{ type: "attempt.captured", amountTiyin: "100000" }] }],
  ["PaymentService/RefreshPayment", { payment: { orderNumber: expect.any(String) } }],
  ["LedgerService/ListLedgerEntries", { entries: [{ kind: "KIND_CAPTURED", amountTiyin: "100000" }] }],
  ["LedgerService/GetTotals", { totals: [{ kind: "KIND_CAPTURED", amountTiyin: "100000", entryCount: "1" }] }],
  ["LedgerService/MatchStatement", { matched: false, headers: ["payment_id", "amount"] }],
  ["SetupService/PlanCurrency", { repairs: expect.any(Array), problems: expect.any(Array) }],
  ["SetupService/CheckSetup", { checks: expect.arrayContaining([expect.objectContaining({ id: "migrations" })]) }],
])("%s answers", (rpc, answer) => {
  expect(answers.get(rpc)).toMatchObject(answer);
});

test.each([
  ["CheckoutService/CreateInvoice", "FAILED_PRECONDITION", "CLICK_REFUSED"],
  ["CheckoutService/SendInvoiceByToken", "FAILED_PRECONDITION", "CLICK_REFUSED"],
  ["PaymentService/ResolveAnomaly", "NOT_FOUND", "ANOMALY_NOT_FOUND"],
  ["PaymentService/RefundPayment", "FAILED_PRECONDITION", "PAYMENT_NOT_REFUNDABLE"],
  ["CardService/RequestCardToken", "FAILED_PRECONDITION", "CLICK_REFUSED"],
  ["CardService/VerifyCardToken", "FAILED_PRECONDITION", "CLICK_REFUSED"],
  ["CardService/ChargeCardToken", "FAILED_PRECONDITION", "CLICK_REFUSED"],
  ["CardService/DeleteCardToken", "FAILED_PRECONDITION", "CLICK_REFUSED"],
  ["PassService/ChargeClickPass", "FAILED_PRECONDITION", "CLICK_REFUSED"],
  ["PassService/ConfirmClickPass", "NOT_FOUND", "CHARGE_NOT_FOUND"],
  ["PassService/SetConfirmationMode", "FAILED_PRECONDITION", "CLICK_REFUSED"],
  ["FiscalService/SubmitItems", "NOT_FOUND", "CLICK_PAYMENT_NOT_FOUND"],
  ["FiscalService/SubmitQrCode", "NOT_FOUND", "CLICK_PAYMENT_NOT_FOUND"],
  ["FiscalService/GetFiscalData", "NOT_FOUND", "CLICK_PAYMENT_NOT_FOUND"],
])("%s is refused with the code that the contract gives to the reason", (rpc, code, reason) => {
  const documented = readFileSync(`${PROTO}/clickbridge/v1/error_reason.proto`, "utf8");
  const [, comment = ""] = new RegExp(`\n\n((?: +//.*\n)+) +ERROR_REASON_${reason} =`).exec(documented) ?? [];

  expect(refusals.get(rpc)).toBe(`${code} ${reason}`);
  expect(isListed(rpc.split("/")[1] ?? "", reason)).toBe(true);
  expect(comment.replaceAll(/\s*\n\s*\/\/\s*/g, " ")).toContain(`Code \`${code}\``);
});
