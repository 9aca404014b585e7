import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { OrderUpdate } from "../../../src/gen/clickbridge/v1/order_update.ts";
import {
  AcknowledgeOrderUpdateRequest_Outcome as Outcome,
  AcknowledgeOrderUpdateRequest_Refusal as Refusal,
} from "../../../src/gen/clickbridge/v1/order_update_service.ts";
import type { Payment } from "../../../src/gen/clickbridge/v1/payment.ts";
import type { RefundPaymentRequest } from "../../../src/gen/clickbridge/v1/payment_service.ts";
import { type Behaviour, DEFAULT_BEHAVIOUR } from "../../../src/simulator/behaviour.ts";
import type { Payment as ClickPayment } from "../../../src/simulator/payment.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/start.ts";
import { type FormModule, startFormModule } from "../click/form-module.ts";
import { LedgerComparison } from "../service/ledger-comparison.ts";
import { call, startTestService, type TestService } from "../service/service.ts";
import { createShop, type NewOrder, SERVICE, type Shop, type ShopOrder } from "./shop.ts";

/** A payment that Click took money for, as both sides number it. */
export interface Taken {
  readonly order: ShopOrder;
  readonly paymentId: bigint;
  readonly attemptId: number;
  /** On Click's side. */
  readonly atClick: ClickPayment;
}

/** A shop with the service, and the stand-in that calls it and is asked by it: money goes both ways for real. */
export interface ShopAtClick {
  readonly shop: Shop;
  readonly service: TestService;
  readonly simulator: Simulator;
  /** Compared after each test. */
  readonly ledgerComparison: LedgerComparison;
  /** Changes some of how the stand-in behaves; every test begins with it as usual. */
  behave(behaviour: Partial<Behaviour>): void;
  /** A payment at Click, once Click has done with it what it does by itself. */
  payAtClick(reference: string, behaviour?: Partial<Behaviour>, amountText?: string): Promise<ClickPayment>;
  /** A new order, paid: CAPTURED, with its MARK_PAID untouched. */
  taken(order?: NewOrder): Promise<Taken>;
  /** The same, marked in the shop: SETTLED. */
  settled(): Promise<Taken>;
  /** The same, of an order that was paid in cash before the Complete: OWED. */
  owed(order?: NewOrder): Promise<Taken>;
  attemptOf(clickPaymentId: number): Promise<number>;
  refund(request: Partial<RefundPaymentRequest> & { readonly paymentId: bigint }): ReturnType<typeof callRefund>;
  payment(paymentId: bigint): Promise<Payment>;
  /** Hands out the next update of a payment that is due, or none. */
  claim(paymentId: bigint): Promise<OrderUpdate | undefined>;
  start(update: OrderUpdate): Promise<unknown>;
  acknowledge(update: OrderUpdate, outcome: Outcome, refusal?: Refusal): Promise<{ readonly finished: boolean }>;
  /** Calls of the Merchant API by their name about one payment of Click's, oldest first: `200 0`. */
  callsAtClick(name: string, clickPaymentId: number): readonly string[];
  /** `anomaly.raised SECOND_CAPTURE`, `refund.done`: all events about a payment of the shop, oldest first. */
  events(paymentId: bigint): Promise<readonly string[]>;
}

export interface ShopAtClickOptions {
  /** What CLICKBRIDGE_SERVICES_FILE says. */
  readonly services?: Readonly<Record<string, unknown>>;
}

const callRefund = (
  { payments }: TestService,
  request: Partial<RefundPaymentRequest> & { readonly paymentId: bigint },
) =>
  call(payments, payments.refundPayment, {
    requestId: randomUUID(),
    attemptId: 0n,
    amountTiyin: undefined,
    userId: "",
    note: "",
    ...request,
  });

/** Starts all before the tests of a file and stops it after. Reconciliation rests: each test does one thing. */
export function shopAtClick({ services = {} }: ShopAtClickOptions = {}): ShopAtClick {
  let shop!: Shop;
  let simulator!: Simulator;
  let service!: TestService;
  let module: FormModule | undefined;
  let folder = "";
  const ledgerComparison = new LedgerComparison();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "clickbridge-at-click-"));
    const file = join(folder, "services.json");
    await writeFile(file, JSON.stringify(services));
    shop = await createShop();
    simulator = await startSimulator({ accounts: [SERVICE] });
    service = await startTestService({
      databaseUrl: shop.url,
      env: {
        CLICKBRIDGE_CLICK_API_URL: `${simulator.url}/v2/merchant/`,
        CLICKBRIDGE_SERVICES_FILE: file,
        CLICKBRIDGE_RECONCILE_REQUESTS_PER_MINUTE: "0",
      },
    });
    module = await startFormModule(service);
    simulator.standIn.setShop(module);
  });
  afterAll(async () => {
    await simulator?.stop();
    await module?.stop();
    await service?.stop();
    await shop?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const behave = (behaviour: Partial<Behaviour>) => {
    simulator.standIn.behaviour = { ...DEFAULT_BEHAVIOUR, retry_delay_ms: 0, ...behaviour };
  };
  beforeEach(() => behave({}));
  afterEach(() => ledgerComparison.expectEqual(shop, simulator.standIn));

  const attemptOf = async (clickPaymentId: number) => {
    const [row] = await shop.query("SELECT id FROM clickbridge_attempt WHERE click_paydoc_id = ? ORDER BY id", [
      clickPaymentId,
    ]);
    if (row === undefined) throw new Error(`no attempt knows payment ${clickPaymentId} of Click's`);
    return Number(row["id"]);
  };
  const fixture: ShopAtClick = {
    get shop() {
      return shop;
    },
    get service() {
      return service;
    },
    get simulator() {
      return simulator;
    },
    ledgerComparison,
    behave,
    payAtClick: (reference, behaviour = {}, amountText = "1000.00") =>
      simulator.standIn.settled(
        simulator.standIn.pay({
          serviceId: SERVICE.serviceId,
          reference,
          amountText,
          origin: "control",
          behaviour: { retry_delay_ms: 0, ...behaviour },
        }),
      ),
    taken: async (newOrder) => {
      const order = await shop.addOrder(newOrder);
      const atClick = await fixture.payAtClick(order.number);
      return { order, paymentId: BigInt(order.paymentId), attemptId: await attemptOf(atClick.paymentId), atClick };
    },
    settled: async () => {
      const taken = await fixture.taken();
      const mark = await fixture.claim(taken.paymentId);
      if (mark === undefined) throw new Error("a captured payment owes the shop no mark");
      await fixture.start(mark);
      await markInShop(shop, taken.paymentId);
      await fixture.acknowledge(mark, Outcome.OUTCOME_APPLIED);
      return taken;
    },
    owed: async (newOrder) => {
      const order = await shop.addOrder(newOrder);
      const atClick = await fixture.payAtClick(order.number, { outcome: "hang" });
      await markInShop(shop, BigInt(order.paymentId));
      simulator.standIn.resume(atClick, "confirm");
      await simulator.standIn.settled(atClick);
      return { order, paymentId: BigInt(order.paymentId), attemptId: await attemptOf(atClick.paymentId), atClick };
    },
    attemptOf,
    refund: (request) => callRefund(service, request),
    payment: async (paymentId) => {
      const { payment } = await call(service.payments, service.payments.getPayment, { paymentId });
      if (payment === undefined) throw new Error(`there is no payment ${paymentId}`);
      return payment;
    },
    claim: async (paymentId) => {
      // What other tests left is not this one's, and waits as after many tries.
      await shop.query(
        "UPDATE clickbridge_order_update SET due_time = NOW(3) + INTERVAL 1 HOUR, try_count = 20 WHERE payment_id <> ?",
        [paymentId],
      );
      const { orderUpdates } = await call(service.updates, service.updates.claimOrderUpdates, { limit: 10 });
      return orderUpdates[0];
    },
    start: ({ orderUpdateId, token }) =>
      call(service.updates, service.updates.startOrderUpdate, { orderUpdateId, token }),
    acknowledge: ({ orderUpdateId, token }, outcome, refusal = Refusal.REFUSAL_UNSPECIFIED) =>
      call(service.updates, service.updates.acknowledgeOrderUpdate, {
        orderUpdateId,
        token,
        outcome,
        refusal,
        detail: "",
        inParts: false,
      }),
    callsAtClick: (name, clickPaymentId) =>
      simulator.standIn.ledger.merchantCalls
        .filter(({ call: called, path }) => called === name && path.split("/").includes(String(clickPaymentId)))
        .map(({ result }) => result),
    events: async (paymentId) => {
      const rows = await shop.query(
        "SELECT type, JSON_VALUE(payload, '$.kind') AS kind FROM clickbridge_event WHERE payment_id = ? ORDER BY id",
        [paymentId],
      );
      return rows.map(({ type, kind }) => (kind === null ? String(type) : `${type} ${kind}`));
    },
  };
  return fixture;
}

/** As Bitrix looks when someone marked it, be it our applier or a cashier. */
export async function markInShop(shop: Pick<Shop, "query">, paymentId: bigint): Promise<void> {
  await shop.query("UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", [paymentId]);
}
