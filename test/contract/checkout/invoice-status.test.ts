import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { GetCheckoutResponse_Stage as Stage } from "../../../src/gen/clickbridge/v1/checkout_service.ts";
import { Invoice_State } from "../../../src/gen/clickbridge/v1/payment.ts";
import { INVOICE_STATUS } from "../../../src/simulator/invoice.ts";
import { attemptRecord } from "../../support/service/attempt-record.ts";
import { DAY, HOUR, MINUTE, reconciliationOfTest } from "../../support/service/reconciliation-of-test.ts";
import { call } from "../../support/service/service.ts";

/** Invoices that Click has, and of which no callback told the end: reconciliation asks about them. */

const reconciliation = reconciliationOfTest();

const STATUS_CALL = "invoice/status";

beforeEach(async () => {
  reconciliation.behave({});
  await reconciliation.shop.query("UPDATE b_sale_order SET CANCELED = 'Y'");
  await reconciliation.forget(["attempt", "status_poll", "order_update", "anomaly", "event", "invoice", "ledger"]);
});

async function invoiced() {
  const order = await reconciliation.shop.addOrder();
  const paymentId = BigInt(order.paymentId);
  const { invoice } = await call(reconciliation.service.checkout, reconciliation.service.checkout.createInvoice, {
    ...{ requestId: randomUUID(), paymentId, phoneNumber: "901234567", userId: "" },
  });
  const atClick = reconciliation.click.standIn.ledger.invoice(Number(invoice?.clickInvoiceId));
  if (atClick === undefined) throw new Error("Click has no invoice");
  return {
    order,
    atClick,
    state: async () =>
      (await call(reconciliation.service.payments, reconciliation.service.payments.getPayment, { paymentId })).payment
        ?.invoices[0]?.state,
    stage: async () =>
      (await call(reconciliation.service.checkout, reconciliation.service.checkout.getCheckout, { paymentId })).stage,
    events: async () =>
      (
        await reconciliation.shop.query("SELECT type FROM clickbridge_event WHERE type LIKE 'invoice.%' ORDER BY id")
      ).map((row) => row["type"]),
  };
}

/** So long with a round in each quarter of an hour: how often Click was asked about invoices. */
async function askedWithin(seconds: number): Promise<number> {
  const before = reconciliation.asked(STATUS_CALL).length;
  for (let passed = 0; passed < seconds; passed += 15 * MINUTE) {
    await reconciliation.pass(15 * MINUTE);
    await reconciliation.round();
  }
  return reconciliation.asked(STATUS_CALL).length - before;
}

test("an invoice that Click deleted ends CANCELLED, and its page offers to pay again", async () => {
  const invoice = await invoiced();
  invoice.atClick.status = INVOICE_STATUS.DELETED;
  const stages = [await invoice.stage()];
  await reconciliation.round();

  await reconciliation.pass(20 * MINUTE);
  const findings = await Promise.all([reconciliation.round(), reconciliation.round()]);

  stages.push(await invoice.stage());
  expect(stages).toEqual([Stage.STAGE_INVOICE_SENT, Stage.STAGE_PAYABLE]);
  expect(await invoice.state()).toBe(Invoice_State.STATE_CANCELLED);
  expect(findings.flat().filter(({ subject }) => subject.startsWith("invoice "))).toMatchObject([
    { said: "CANCELLED", outcome: "CANCELLED" },
  ]);
  expect(await invoice.events()).toEqual(["invoice.created", "invoice.cancelled"]);
  expect(await askedWithin(6 * HOUR)).toBe(0);
});

test("a waiting invoice is polled less and less, for some days", async () => {
  const invoice = await invoiced();
  await reconciliation.round();

  const asked = [await askedWithin(HOUR), await askedWithin(DAY), await askedWithin(6 * HOUR)];

  expect(asked).toEqual([2, 2, 0]);
  expect([await invoice.state(), await invoice.stage()]).toEqual([
    Invoice_State.STATE_CREATED,
    Stage.STAGE_INVOICE_SENT,
  ]);
});

describe("an invoice that Click shows paid", () => {
  test("whose callbacks never came: its payment is looked for at once, and its money is for a person", async () => {
    const invoice = await invoiced();
    const payment = await reconciliation.payUnheard(invoice.order);
    await reconciliation.shop.query("DELETE FROM clickbridge_attempt");
    await reconciliation.round();
    invoice.atClick.status = INVOICE_STATUS.PAID;
    await reconciliation.pass(16 * MINUTE);

    const findings = await reconciliation.round();

    expect(findings).toContainEqual(
      expect.objectContaining({ subject: expect.stringMatching(/^invoice /), said: "PAID", outcome: "OWED" }),
    );
    const record = await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(invoice.order));
    expect(record).toMatchObject({ state: "OWED", anomalies: { PAID_WITHOUT_ATTEMPT: 1 } });
    expect(payment.money).toBe("taken");
  });

  test("whose Complete was lost: its attempt has the money", async () => {
    const invoice = await invoiced();
    await reconciliation.payUnheard(invoice.order);
    await reconciliation.round();
    await reconciliation.shop.query("DELETE FROM clickbridge_status_poll WHERE subject = 'ATTEMPT'");
    invoice.atClick.status = INVOICE_STATUS.PAID;
    await reconciliation.pass(16 * MINUTE);

    await reconciliation.round();

    expect(await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(invoice.order))).toMatchObject({
      state: "CAPTURED",
      orderUpdates: ["MARK_PAID PENDING 100000"],
    });
  });

  test("and has no payment for: the status of an invoice proves no money", async () => {
    const invoice = await invoiced();
    invoice.atClick.status = INVOICE_STATUS.PAID;
    await reconciliation.round();
    await reconciliation.pass(16 * MINUTE);

    await reconciliation.round();

    expect(await invoice.state()).toBe(Invoice_State.STATE_CREATED);
    expect(await reconciliation.attemptOf(invoice.order)).toBe(0);
  });
});

test("an invoice whose payment came by callbacks is not polled", async () => {
  const invoice = await invoiced();
  await reconciliation.round();
  await reconciliation.pay(invoice.order);

  expect(await askedWithin(6 * HOUR)).toBe(0);
});

test("while Click is silent nothing changes, and it is asked again", async () => {
  const invoice = await invoiced();
  invoice.atClick.status = INVOICE_STATUS.DELETED;
  await reconciliation.round();
  reconciliation.behave({ merchant_fault: "http_500", merchant_fault_call: STATUS_CALL });
  await reconciliation.pass(16 * MINUTE);
  await reconciliation.round();
  const whileSilent = await invoice.state();
  reconciliation.behave({});

  await reconciliation.pass(6 * MINUTE);
  await reconciliation.round();

  expect([whileSilent, await invoice.state()]).toEqual([Invoice_State.STATE_CREATED, Invoice_State.STATE_CANCELLED]);
});

test("polls of invoices stay within the budget", async () => {
  const invoices = [await invoiced(), await invoiced(), await invoiced()];
  for (const { atClick } of invoices) atClick.status = INVOICE_STATUS.DELETED;
  await reconciliation.round();
  await reconciliation.shop.query("DELETE FROM clickbridge_status_poll WHERE subject <> 'INVOICE'");
  await reconciliation.pass(16 * MINUTE);
  const before = reconciliation.asked().length;

  await reconciliation.round(2);

  expect(reconciliation.asked().length - before).toBeLessThanOrEqual(2);
});
