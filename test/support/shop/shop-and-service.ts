import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { CompleteResponse, PrepareResponse } from "../../../src/gen/clickbridge/v1/callback_service.ts";
import {
  AcknowledgeOrderUpdateRequest_Outcome as Outcome,
  AcknowledgeOrderUpdateRequest_Refusal as Refusal,
} from "../../../src/gen/clickbridge/v1/order_update_service.ts";
import type { AttemptState } from "../../../src/payment/attempt.ts";
import { parseAmountTiyin } from "../../../src/protocol/amount.ts";
import { type CallbackOptions, type CompleteOptions, clickOver, newClickId, USUAL_AMOUNT } from "../click/click.ts";
import { type AttemptRecord, attemptRecord } from "../service/attempt-record.ts";
import { call, startTestService, type TestService } from "../service/service.ts";
import { createShop, type NewOrder, type Shop, type ShopOrder } from "./shop.ts";

/** What Click knows of one payment: enough to ask again and to complete it. */
export interface ClickPayment {
  readonly clickTransId: string;
  readonly clickPaydocId: string;
  readonly merchantTransId: string;
  readonly amount: string;
}

/** A payment of Click's that has come to some state, and its order. */
export interface Staged {
  readonly order: ShopOrder;
  readonly payment: ClickPayment;
  readonly attemptId: number;
}

/** One shop with one service for all tests of a file; every test takes orders of its own. */
export interface ShopAndService {
  readonly shop: Shop;
  readonly service: TestService;
  prepare(options: CallbackOptions): Promise<PrepareResponse>;
  complete(options: CompleteOptions): Promise<CompleteResponse>;
  /** A new order and a payment of Click's for it, brought to a state as Click, the module and an operator would. */
  stage(state: AttemptState, order?: NewOrder): Promise<Staged>;
  /** Prepares a new payment of Click's for an order. */
  prepared(order: ShopOrder, change?: Partial<CallbackOptions>): Promise<Staged>;
  record(attemptId: number | undefined): Promise<AttemptRecord>;
}

export interface ShopAndServiceOptions {
  readonly collation?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What CLICKBRIDGE_SERVICES_FILE says. */
  readonly services?: Readonly<Record<string, unknown>>;
}

/** Starts both before the tests of a file and stops them after. */
export function shopAndService({ collation, env, services = {} }: ShopAndServiceOptions = {}): ShopAndService {
  let folder = "";
  let shop: Shop | undefined;
  let service: TestService | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "clickbridge-services-"));
    const file = join(folder, "services.json");
    await writeFile(file, JSON.stringify(services));
    shop = await createShop(collation === undefined ? {} : { collation });
    service = await startTestService({ databaseUrl: shop.url, env: { CLICKBRIDGE_SERVICES_FILE: file, ...env } });
  });
  afterAll(async () => {
    await service?.stop();
    await shop?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const confirmed: Confirmed[] = [];
  afterEach(() => expectBooked(started(shop), confirmed.splice(0)));
  const fixture: ShopAndService = {
    get shop() {
      return started(shop);
    },
    get service() {
      return started(service);
    },
    prepare: (options) => clickOver(fixture.service).prepare(options),
    complete: async (options) => {
      const answer = await clickOver(fixture.service).complete(options);
      const amountTiyin = parseAmountTiyin(options.amount ?? USUAL_AMOUNT);
      const { merchantConfirmId: attemptId } = answer;
      if (attemptId !== undefined) confirmed.push({ attemptId, reference: options.merchantTransId, amountTiyin });
      return answer;
    },
    stage: (state, order) => stage(fixture, state, order),
    prepared: (order, change) => prepared(fixture, order, change),
    record: (attemptId) => attemptRecord(fixture.shop, attemptId),
  };
  return fixture;
}

/** A Complete that was answered with success: Click has taken so much. */
interface Confirmed {
  readonly attemptId: number;
  readonly reference: string;
  readonly amountTiyin: bigint | undefined;
}

/** The ledger says that Click took it, and took it once. What the account for Click's certification tool confirms is no attempt, and no money. */
async function expectBooked({ query }: Shop, confirmed: readonly Confirmed[]): Promise<void> {
  const differing: string[] = [];
  for (const { attemptId, reference, amountTiyin } of confirmed) {
    const [row] = await query(
      `SELECT COALESCE(SUM(l.amount_tiyin), 0) AS tiyin FROM clickbridge_attempt a
       LEFT JOIN clickbridge_ledger l ON l.attempt_id = a.id AND l.movement = 'taken'
       WHERE a.id = ? AND a.merchant_trans_id = ? AND a.state NOT IN ('REFUSED', 'CANCELLED') GROUP BY a.id`,
      [attemptId, reference],
    );
    if (row !== undefined && BigInt(row["tiyin"]) !== amountTiyin)
      differing.push(`attempt ${attemptId}: ${row["tiyin"]} in the ledger, ${amountTiyin} at Click`);
  }
  expect(differing, "attempts of which the ledger says something else").toEqual([]);
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("not started: only tests and hooks may ask for it");
  return part;
}

/** A payment of Click's that nobody has heard of. */
export function newClickPayment(merchantTransId: string, amount = "1000.00"): ClickPayment {
  return { clickTransId: newClickId(), clickPaydocId: newClickId(), merchantTransId, amount };
}

async function prepared(
  fixture: ShopAndService,
  order: ShopOrder,
  change: Partial<CallbackOptions> = {},
): Promise<Staged> {
  const payment: ClickPayment = { ...newClickPayment(order.number), ...change };
  const { merchantPrepareId } = await fixture.prepare({ ...change, ...payment });
  return { order, payment, attemptId: merchantPrepareId ?? 0 };
}

async function stage(fixture: ShopAndService, state: AttemptState, newOrder: NewOrder = {}): Promise<Staged> {
  const order = await fixture.shop.addOrder(newOrder);
  if (state === "REFUSED") return prepared(fixture, order, { amount: "999.99" });
  const staged = await prepared(fixture, order);
  const complete = (error: string) =>
    fixture.complete({ ...staged.payment, merchantPrepareId: String(staged.attemptId), error });
  if (state === "CANCELLED") await complete("-5017");
  if (state === "OWED") await payInCash(fixture, order);
  if (state === "OWED" || state === "CAPTURED") await complete("0");
  if (state === "SETTLED") await settle(fixture, await complete("0"));
  // Nothing lets an attempt expire or reverses it yet.
  if (state === "EXPIRED" || state === "REVERSED") await setState(fixture, staged.attemptId, state);
  return staged;
}

async function payInCash({ shop }: ShopAndService, order: ShopOrder): Promise<void> {
  await shop.query("UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", [order.paymentId]);
}

const NO_REFUSAL = Refusal.REFUSAL_UNSPECIFIED;

async function settle({ service: { updates } }: ShopAndService, { orderUpdate }: CompleteResponse): Promise<void> {
  const { orderUpdateId = 0n, token = "" } = orderUpdate ?? {};
  const reported = {
    orderUpdateId,
    token,
    outcome: Outcome.OUTCOME_APPLIED,
    refusal: NO_REFUSAL,
    detail: "",
    inParts: false,
  };
  await call(updates, updates.acknowledgeOrderUpdate, reported);
}

async function setState({ shop }: ShopAndService, attemptId: number, state: AttemptState): Promise<void> {
  await shop.query("UPDATE clickbridge_attempt SET state = ? WHERE id = ?", [state, attemptId]);
}
