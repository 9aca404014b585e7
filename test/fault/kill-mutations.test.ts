import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { newCardToken } from "../../src/simulator/card-token.ts";
import { holdBeforeSending } from "../support/click/before-sending.ts";
import { attemptRecord } from "../support/service/attempt-record.ts";
import { failureOf } from "../support/service/failure.ts";
import { HOUR, MINUTE, reconciliationOfTest } from "../support/service/reconciliation-of-test.ts";
import { type Clients, call } from "../support/service/service.ts";
import { startServiceProcess } from "../support/service/service-process.ts";
import { SERVICE, type ShopOrder } from "../support/shop/shop.ts";

/**
 * kill -9 while something is asked of Click, at its two dangerous moments: stored and not sent, and sent and not answered. Then another
 * service and reconciliation end it, two rounds at a time.
 */

const reconciliation = reconciliationOfTest();

beforeEach(async () => {
  reconciliation.behave({});
  await reconciliation.shop.query("UPDATE b_sale_order SET CANCELED = 'Y'");
  await reconciliation.forget([
    "attempt",
    "status_poll",
    "order_update",
    "anomaly",
    "event",
    "invoice",
    "refund",
    "charge",
    "ledger",
  ]);
});

type Table = "invoice" | "refund" | "charge";

/** One kind of request: how it is sent, and the call that Click gets. */
interface Kind {
  readonly callName: string;
  readonly send: (clients: Clients, order: ShopOrder, requestId: string) => Promise<unknown>;
}

let cardToken = "";
const KINDS: Readonly<Record<Table, Kind>> = {
  invoice: {
    callName: "invoice/create",
    send: ({ checkout }, { paymentId }, requestId) =>
      call(checkout, checkout.createInvoice, {
        ...{ requestId, paymentId: BigInt(paymentId), phoneNumber: "901234567", userId: "" },
      }),
  },
  refund: {
    callName: "payment/reversal",
    send: ({ payments }, { paymentId }, requestId) =>
      call(payments, payments.refundPayment, {
        ...{ requestId, paymentId: BigInt(paymentId), attemptId: 0n, amountTiyin: undefined, userId: "", note: "" },
      }),
  },
  charge: {
    callName: "card_token/payment",
    send: ({ cards }, { paymentId }, requestId) =>
      call(cards, cards.chargeCardToken, { ...{ requestId, paymentId: BigInt(paymentId), cardToken, userId: "" } }),
  },
};

async function newOrder(table: Table): Promise<ShopOrder> {
  const order = await reconciliation.shop.addOrder();
  if (table === "refund") await reconciliation.pay(order);
  if (table === "charge") {
    const card = { serviceId: SERVICE.serviceId, number: "8600123412341234", temporary: false };
    const made = newCardToken(card, new Date());
    made.state = "verified";
    reconciliation.click.standIn.ledger.addCardToken(made);
    cardToken = made.token;
  }
  return order;
}

type Moment = "stored" | "sent, and Click did it" | "sent, and Click did not";

/** Kills a service at that moment of a request, and says what it left. */
async function killAt(moment: Moment, table: Table) {
  const { callName, send } = KINDS[table];
  const order = await newOrder(table);
  const victim = await startServiceProcess(reconciliation.shop.url, reconciliation.env);
  onTestFinished(() => victim.stop("SIGKILL"));
  const requestId = randomUUID();
  const callsBefore = reconciliation.asked(callName).length;
  const kill = () => void process.kill(victim.part.pid, "SIGKILL");
  const state = async () => {
    const rows = await reconciliation.shop.query(`SELECT state FROM clickbridge_${table} ORDER BY id`);
    return rows.map((row) => row["state"]).join();
  };
  if (moment === "stored") {
    const hold = await holdBeforeSending(reconciliation.shop, table);
    const lost = failureOf(send(victim, order, requestId));
    await hold.reached();
    kill();
    await victim.part.ended;
    await lost;
    await hold.bury();
  } else {
    if (moment === "sent, and Click did not")
      reconciliation.behave({ merchant_fault: "hang", merchant_fault_call: callName as never });
    reconciliation.onCall(callName, kill);
    await failureOf(send(victim, order, requestId));
    await victim.part.ended;
    reconciliation.behave({});
  }
  return {
    order,
    left: await state(),
    state,
    /** The state after so many minutes with a pair of rounds in each five of them. */
    after: async (minutes: number) => {
      for (let passed = 0; passed < minutes; passed += 5) {
        await reconciliation.pass(5 * MINUTE);
        await Promise.all([reconciliation.round(), reconciliation.round()]);
      }
      return state();
    },
    again: (id = requestId) => send(reconciliation.service, order, id),
    calls: () => reconciliation.asked(callName).length - callsBefore,
  };
}

const events = async (like: string) =>
  (await reconciliation.shop.query("SELECT type FROM clickbridge_event WHERE type LIKE ? ORDER BY id", [like])).map(
    (row) => row["type"],
  );

describe("an invoice", () => {
  test.each<[Moment, readonly [left: string, early: string], number, readonly string[]]>([
    ["stored", ["STORED", "STORED"], 0, ["invoice.lost"]],
    ["sent, and Click did it", ["SENDING", "UNKNOWN"], 1, ["invoice.unknown", "invoice.lost"]],
    ["sent, and Click did not", ["SENDING", "UNKNOWN"], 1, ["invoice.unknown", "invoice.lost"]],
  ])("%s: ends LOST, and only a new request sends another", async (moment, states, calls, types) => {
    const killed = await killAt(moment, "invoice");

    const seen = [killed.left, await killed.after(5), await killed.after(15)];
    await killed.again();

    expect(seen).toEqual([...states, "LOST"]);
    expect([killed.calls(), await events("invoice.%")]).toEqual([calls, types]);
    await killed.again(randomUUID());
    expect([killed.calls(), await killed.state()]).toEqual([calls + 1, "LOST,CREATED"]);
  });
});

describe("a refund", () => {
  test.each<[Moment, readonly string[], number, string, readonly string[]]>([
    ["stored", ["STORED", "NOT_DONE", "NOT_DONE"], 0, "CAPTURED", ["refund.not_done"]],
    ["sent, and Click did it", ["SENDING", "DONE", "DONE"], 1, "REVERSED", ["refund.unknown", "refund.done"]],
    [
      "sent, and Click did not",
      ["SENDING", "UNKNOWN", "NOT_DONE"],
      1,
      "CAPTURED",
      ["refund.unknown", "refund.not_done"],
    ],
  ])("%s: ends as it is at Click", async (moment, states, calls, attemptState, types) => {
    const killed = await killAt(moment, "refund");

    const seen = [killed.left, await killed.after(5), await killed.after(40)];
    await killed.again();

    expect(seen).toEqual(states);
    expect([killed.calls(), await events("refund.%")]).toEqual([calls, types]);
    const record = await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(killed.order));
    expect(record).toMatchObject({
      state: attemptState,
      orderUpdates: [`MARK_PAID ${attemptState === "REVERSED" ? "WITHDRAWN" : "PENDING"} 100000`],
    });
    expect(record.anomalies["REVERSED_AT_CLICK"]).toBeUndefined();
  });
});

describe("a card charge", () => {
  test.each<[Moment, readonly string[], number, readonly string[]]>([
    ["stored", ["STORED", "STORED", "REFUSED"], 0, ["charge.refused"]],
    ["sent, and Click did it", ["SENDING", "UNKNOWN", "UNKNOWN"], 1, ["charge.unknown"]],
    ["sent, and Click did not", ["SENDING", "UNKNOWN", "UNKNOWN"], 1, ["charge.unknown"]],
  ])("%s: refused when it was never sent, else for a person", async (moment, states, calls, types) => {
    const killed = await killAt(moment, "charge");

    const seen = [killed.left, await killed.after(5), await killed.after(40)];
    await killed.again().catch(() => undefined);

    expect(seen).toEqual(states);
    expect([killed.calls(), await events("charge.%")]).toEqual([calls, types]);
    const anomalies = await reconciliation.shop.query(
      "SELECT kind, seen_count FROM clickbridge_anomaly WHERE kind = 'CHARGE_UNKNOWN'",
    );
    expect(anomalies).toEqual(states.includes("UNKNOWN") ? [{ kind: "CHARGE_UNKNOWN", seen_count: 1 }] : []);
  });

  test("that Click executed and sent callbacks for: the payment has its money once", async () => {
    const killed = await killAt("sent, and Click did it", "charge");
    await killed.after(5 * 60);

    expect(await reconciliation.shop.query("SELECT state FROM clickbridge_attempt")).toEqual([{ state: "CAPTURED" }]);
    expect(
      (await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(killed.order))).orderUpdates,
    ).toEqual(["MARK_PAID PENDING 100000"]);
  });

  test("that Click executed without callbacks: its money is found, with an anomaly", async () => {
    reconciliation.behave({ token_payment_calls_shop: false });
    const killed = await killAt("sent, and Click did it", "charge");
    await reconciliation.pass(HOUR);
    await killed.after(60);

    expect(await attemptRecord(reconciliation.shop, await reconciliation.attemptOf(killed.order))).toMatchObject({
      state: "OWED",
      anomalies: { PAID_WITHOUT_ATTEMPT: 1 },
    });
    expect(killed.calls()).toBe(1);
  });
});
