import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { Anomaly_Resolution } from "../../../src/gen/clickbridge/v1/anomaly.ts";
import { migrateUp } from "../../../src/mysql/migrations/migrate.ts";
import { clickOver } from "../../support/click/click.ts";
import { newReceipt, RECEIPT_URL } from "../../support/click/receipt.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { failureOf } from "../../support/service/failure.ts";
import { watchHealth } from "../../support/service/health-watch.ts";
import { logOfTest } from "../../support/service/log-of-test.ts";
import { HOUR, reconciliationOfTest, startReconciler } from "../../support/service/reconciliation-of-test.ts";
import { RPCS } from "../../support/service/rpcs.ts";
import { runCli } from "../../support/service/run-cli.ts";
import { call, startTestService } from "../../support/service/service.ts";
import { SERVICE, type ShopOrder } from "../../support/shop/shop.ts";

/** A copy of a shop's database, in an installation of another name: it must not move the shop's money. */

const reconciliation = reconciliationOfTest(
  { [SERVICE.serviceId]: { owed_policy: "refund" } },
  { CLICKBRIDGE_INSTANCE: "copy" },
);

let paid: ShopOrder;
let unpaid: ShopOrder;
let chargeId: bigint;

beforeAll(async () => {
  await reconciliation.shop.query("UPDATE clickbridge_instance SET name = 'shop'");
  paid = await reconciliation.shop.addOrder();
  await reconciliation.pay(paid);
  unpaid = await reconciliation.shop.addOrder();
  // Click Pass took it before the database was copied.
  const made = await reconciliation.shop.query(
    `INSERT INTO clickbridge_charge (kind, caller, request_id, request_hash, user_id, state, service_id, payment_id, order_id, reference,
       amount_tiyin, send_time, click_payment_id, confirmation)
     VALUES ('PASS', 'shop', ?, UNHEX(SHA2('x', 256)), '', 'PROCESSING', ?, ?, ?, ?, 100000, NOW(3), 77, 'WAITING')`,
    [randomUUID(), SERVICE.serviceId, unpaid.paymentId, unpaid.orderId, unpaid.number],
  );
  chargeId = BigInt((made as unknown as { insertId: number }).insertId);
});
beforeEach(() => reconciliation.behave({}));

const serviceId = BigInt(SERVICE.serviceId);
const request = (order: ShopOrder) => ({
  ...{ requestId: randomUUID(), paymentId: BigInt(order.paymentId), userId: "", attemptId: 0n },
});

/** Every call of the contract that changes something at Click, or lets the shop be told of money. */
const MUTATIONS: Readonly<Record<string, () => Promise<unknown>>> = {
  StartOrderUpdate: async () => {
    const [row] = await reconciliation.shop.query("SELECT id FROM clickbridge_order_update");
    const { updates } = reconciliation.service;
    return call(updates, updates.startOrderUpdate, { orderUpdateId: BigInt(row?.["id"]), token: "x" });
  },
  CreateInvoice: () => {
    const { checkout } = reconciliation.service;
    return call(checkout, checkout.createInvoice, { ...request(unpaid), phoneNumber: "901234567" });
  },
  SendInvoiceByToken: async () => {
    const { checkout } = reconciliation.service;
    const { paymentId, requestId } = request(unpaid);
    const { token } = await call(checkout, checkout.createCheckoutToken, { paymentId });
    const invoice = { token, requestId, phoneNumber: "901234567", callerAddress: "" };
    return call(checkout, checkout.sendInvoiceByToken, invoice);
  },
  AnswerCheckout: async () => {
    const { checkout } = reconciliation.service;
    const { token } = await call(checkout, checkout.createCheckoutToken, { paymentId: BigInt(unpaid.paymentId) });
    const form = new URLSearchParams({ token, phone: "901234567", nonce: "once" });
    const body = Buffer.from(form.toString());
    return call(checkout, checkout.answerCheckout, { httpMethod: "POST", token: "", body, callerAddress: "" });
  },
  RefundPayment: () => {
    const { payments } = reconciliation.service;
    return call(payments, payments.refundPayment, { ...request(paid), amountTiyin: undefined, note: "" });
  },
  RequestCardToken: () => {
    const { cards } = reconciliation.service;
    const card = { cardNumber: "8600123412341234", expireDate: "0399", temporary: false };
    return call(cards, cards.requestCardToken, { serviceId, ...card });
  },
  VerifyCardToken: () => {
    const { cards } = reconciliation.service;
    return call(cards, cards.verifyCardToken, { serviceId, cardToken: "x", smsCode: "12345" });
  },
  ChargeCardToken: async () => {
    const { cards } = reconciliation.service;
    return call(cards, cards.chargeCardToken, { ...request(await reconciliation.shop.addOrder()), cardToken: "x" });
  },
  DeleteCardToken: () => {
    const { cards } = reconciliation.service;
    return call(cards, cards.deleteCardToken, { serviceId, cardToken: "x" });
  },
  ChargeClickPass: async () => {
    const { pass } = reconciliation.service;
    return call(pass, pass.chargeClickPass, {
      ...request(await reconciliation.shop.addOrder()),
      otpData: "x",
      cashboxCode: "",
    });
  },
  ConfirmClickPass: () => {
    const { pass } = reconciliation.service;
    return call(pass, pass.confirmClickPass, { chargeId, userId: "" });
  },
  SetConfirmationMode: () => {
    const { pass } = reconciliation.service;
    return call(pass, pass.setConfirmationMode, { serviceId, on: true, userId: "" });
  },
  SubmitItems: () => {
    const { fiscal } = reconciliation.service;
    return call(fiscal, fiscal.submitItems, newReceipt({ paymentId: BigInt(paid.paymentId) }));
  },
  SubmitQrCode: () => {
    const { fiscal } = reconciliation.service;
    return call(fiscal, fiscal.submitQrCode, { ...request(paid), qrCodeUrl: RECEIPT_URL });
  },
};

/** They ask, answer, or write our own tables alone. ResolveAnomaly: its ways but the refund, which has a test of its own. */
const HARMLESS: readonly string[] = [
  ...["Prepare", "Complete", "ClaimOrderUpdates", "AcknowledgeOrderUpdate", "CreatePaymentLink", "GetCheckout"],
  ...["GetPayment", "ListPayments", "RefreshPayment", "ListAnomalies", "ResolveAnomaly", "ListEvents", "WatchEvents"],
  ...["AnswerCallback", "ListLedgerEntries", "GetTotals", "GetServerInfo", "GetFiscalData", "CheckSetup"],
  ...["PlanCurrency", "CreateCheckoutToken", "GetCheckoutByToken", "GetCheckoutPage"],
  "MatchStatement",
];

const REQUEST_TABLES = ["invoice", "refund", "charge", "fiscal", "anomaly_decision"];

async function stored() {
  const counts = REQUEST_TABLES.map((table) => `(SELECT COUNT(*) FROM clickbridge_${table}) AS ${table}`);
  const states = "SELECT id, state, confirmation FROM clickbridge_charge ORDER BY id";
  return [await reconciliation.shop.query(`SELECT ${counts.join(", ")}`), await reconciliation.shop.query(states)];
}

const changes = () =>
  reconciliation.click.standIn.ledger.merchantCalls.filter(
    ({ method, call: name }) => method !== "GET" || name === undefined,
  ).length;

test("every RPC is known to move money or not to", () => {
  expect([...Object.keys(MUTATIONS), ...HARMLESS].sort()).toEqual(RPCS.map(({ name }) => name).sort());
});

test.each(Object.entries(MUTATIONS))("%s fails before anything is stored or sent", async (_, send) => {
  const before = [await stored(), changes()];

  const failure = await failureOf(send());

  expect(failure).toMatchObject({
    code: "FAILED_PRECONDITION",
    reason: "INSTANCE_NOT_ADOPTED",
    metadata: { instance: "copy" },
  });
  expect([await stored(), changes()]).toEqual(before);
});

test("a refund as the resolution of an anomaly fails as well, and decides nothing", async () => {
  const attemptId = await reconciliation.attemptOf(paid);
  const made = await reconciliation.shop.query(
    "INSERT INTO clickbridge_anomaly (kind, service_id, detail, attempt_id, subject) VALUES ('APPLY_REFUSED', ?, '{}', ?, 'x')",
    [SERVICE.serviceId, attemptId],
  );
  const anomalyId = BigInt((made as unknown as { insertId: number }).insertId);
  const before = [await stored(), changes()];
  const { payments } = reconciliation.service;
  const decision = {
    anomalyId,
    resolution: Anomaly_Resolution.RESOLUTION_REFUND,
    paymentId: 0n,
    clickPaymentId: "",
    note: "",
    userId: "",
  };

  const failure = await failureOf(call(payments, payments.resolveAnomaly, decision));

  expect(failure.reason).toBe("INSTANCE_NOT_ADOPTED");
  expect([await stored(), changes()]).toEqual(before);
  await reconciliation.shop.query("DELETE FROM clickbridge_anomaly WHERE id = ?", [Number(anomalyId)]);
});

test("callbacks are answered and stored, and no order update is leased", async () => {
  const order = await reconciliation.shop.addOrder();
  const click = clickOver(reconciliation.service);
  const ids = { clickTransId: "4000000001", clickPaydocId: "4000000002", merchantTransId: order.number };
  const { merchantPrepareId } = await click.prepare(ids);

  const completed = await click.complete({ ...ids, merchantPrepareId: String(merchantPrepareId) });
  const claimed = await call(reconciliation.service.updates, reconciliation.service.updates.claimOrderUpdates, {
    limit: 0,
  });

  expect([completed.error, completed.orderUpdate, claimed.orderUpdates]).toEqual([0, undefined, []]);
  expect(await attemptRecord(reconciliation.shop, merchantPrepareId)).toMatchObject({
    state: "CAPTURED",
    orderUpdates: ["MARK_PAID PENDING 100000"],
  });
});

test("reconciliation polls and stores results, and the policy refunds nothing", async () => {
  const order = await reconciliation.shop.addOrder();
  const owed = await reconciliation.pay(order, { outcome: "hang" });
  await reconciliation.pay(order);
  reconciliation.click.standIn.resume(owed, "confirm");
  await reconciliation.click.standIn.settled(owed);
  const lost = await reconciliation.shop.addOrder();
  await reconciliation.payUnheard(lost);
  const before = changes();
  for (let times = 0; times < 3; times += 1) {
    await reconciliation.pass(HOUR);
    await reconciliation.round();
  }

  expect([(await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(lost))).state, owed.money]).toEqual([
    "CAPTURED",
    "taken",
  ]);
  expect([changes() - before, (await reconciliation.shop.query("SELECT id FROM clickbridge_refund")).length]).toEqual([
    0, 0,
  ]);
});

test("the service starts, says so at once at error, and is healthy", async () => {
  const { log, lines } = logOfTest();
  const service = await startTestService({ databaseUrl: reconciliation.shop.url, env: reconciliation.env, log });
  onTestFinished(() => service.stop());
  const health = watchHealth(service.address);
  onTestFinished(() => health.stop());

  expect(await health.status("SERVING")).toBe("SERVING");
  await vi.waitFor(() =>
    expect(lines().filter(({ level }) => level === "error")).toMatchObject([{ instance: "copy", msg: /adopt/ }]),
  );
});

test("`migrate` names the installation of a new database, and keeps the name of one that has one", async () => {
  await migrateUp(reconciliation.shop.url, "copy");

  expect(await reconciliation.shop.query("SELECT id, name FROM clickbridge_instance")).toEqual([
    { id: 1, name: "shop" },
  ]);
});

test("`adopt` says what it means, and counts at once in services that run; the other one stops", async () => {
  const { payments } = reconciliation.service;
  const refund = () => call(payments, payments.refundPayment, { ...request(paid), amountTiyin: undefined, note: "" });
  const other = startReconciler({ ...reconciliation.env, CLICKBRIDGE_INSTANCE: "shop" });
  onTestFinished(() => other.close());
  const before = [(await failureOf(refund())).reason, await other.deps.instance.isAdopted()];

  const adopted = await runCli(["adopt"], reconciliation.env);
  const again = await runCli(["adopt"], reconciliation.env);

  expect(before).toEqual(["INSTANCE_NOT_ADOPTED", true]);
  expect([adopted.code, again.code, again.stdout]).toEqual([
    0,
    0,
    'This database is "copy"\'s already: nothing changes.\n',
  ]);
  expect(adopted.stdout).toMatch(/^From now on the installation "copy" moves money .*\n"shop" does so no more/);
  expect((await refund()).refund?.amountTiyin).toBe(100_000n);
  expect(await other.deps.instance.refresh()).toBe(false);
});
