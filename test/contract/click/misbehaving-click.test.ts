import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Behaviour } from "../../../src/simulator/behaviour.ts";
import type { Payment } from "../../../src/simulator/payment.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/start.ts";
import { type FormModule, startFormModule } from "../../support/click/form-module.ts";
import { LedgerComparison } from "../../support/service/ledger-comparison.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import { createShop, SERVICE, type Shop, type ShopOrder } from "../../support/shop/shop.ts";

let shop: Shop;
let simulator: Simulator;
let service: TestService;
let module: FormModule;
beforeAll(async () => {
  shop = await createShop();
  simulator = await startSimulator({ accounts: [SERVICE] });
  service = await startTestService({
    databaseUrl: shop.url,
    env: { CLICKBRIDGE_CLICK_API_URL: `${simulator.url}/v2/merchant/` },
  });
  module = await startFormModule(service);
  simulator.standIn.setShop(module);
});
const ledgerComparison = new LedgerComparison();
afterEach(() => ledgerComparison.expectEqual(shop, simulator.standIn));
afterAll(async () => {
  await simulator?.stop();
  await module?.stop();
  await service?.stop();
  await shop?.stop();
});

function pay(order: ShopOrder, behaviour: Partial<Behaviour> = {}, amountText = "1000.00"): Promise<Payment> {
  const { standIn } = simulator;
  return standIn.settled(
    standIn.pay({
      serviceId: SERVICE.serviceId,
      reference: order.number,
      amountText,
      origin: "control",
      behaviour: { retry_delay_ms: 0, ...behaviour },
    }),
  );
}

const HOLDING = ["CAPTURED", "OWED"];

/** States of the attempts that name an order, each with Click's number of the payment. */
async function attemptsOf({
  number,
}: ShopOrder): Promise<readonly { readonly paydoc: string; readonly state: string }[]> {
  const rows = await shop.query(
    "SELECT CAST(click_paydoc_id AS CHAR) AS paydoc, state FROM clickbridge_attempt WHERE merchant_trans_id = ? ORDER BY id",
    [number],
  );
  return rows.map((row) => ({ paydoc: String(row["paydoc"]), state: String(row["state"]) }));
}

const statesOf = async (order: ShopOrder) => (await attemptsOf(order)).map(({ state }) => state).sort();

const TAKEN = { money: "taken", stage: "finished" };
const NOT_TAKEN = { money: "not_taken", stage: "finished" };

interface Manner {
  readonly name: string;
  readonly behaviour: Partial<Behaviour>;
  readonly amountText?: string;
  readonly ends: object;
  readonly states: readonly string[];
}

const MANNERS: readonly Manner[] = [
  { name: "confirms", behaviour: {}, ends: TAKEN, states: ["CAPTURED"] },
  { name: "declines", behaviour: { outcome: "decline" }, ends: NOT_TAKEN, states: ["CANCELLED"] },
  { name: "lets it hang", behaviour: { outcome: "hang" }, ends: { stage: "hung" }, states: ["PREPARED"] },
  {
    name: "sends every call sixteen times at once",
    behaviour: { repeat: 16, repeat_in_parallel: true },
    ends: TAKEN,
    states: ["CAPTURED"],
  },
  {
    name: "sends every call three times, each under a number of its own",
    behaviour: { repeat: 3, new_click_trans_id: true },
    ends: TAKEN,
    states: ["CAPTURED", "PREPARED", "PREPARED"],
  },
  { name: "loses the answer to Prepare", behaviour: { drop_answer: "prepare" }, ends: TAKEN, states: ["CAPTURED"] },
  { name: "loses the answer to Complete", behaviour: { drop_answer: "complete" }, ends: TAKEN, states: ["CAPTURED"] },
  {
    name: "loses the answer to Complete and asks again under a new number",
    behaviour: { drop_answer: "complete", new_click_trans_id: true },
    ends: TAKEN,
    states: ["CAPTURED", "REFUSED"],
  },
  {
    name: "spells the sum in two ways",
    behaviour: { amount_spelling: "mixed" },
    ends: TAKEN,
    states: ["CAPTURED"],
  },
  {
    name: "completes before it prepares",
    behaviour: { order: "complete_before_prepare", missing_prepare_id: "zero" },
    ends: TAKEN,
    states: ["CAPTURED"],
  },
  {
    name: "prepares once more after it completed",
    behaviour: { order: "prepare_after_complete" },
    ends: TAKEN,
    states: ["CAPTURED"],
  },
  {
    name: "cancels before it prepares",
    behaviour: { order: "complete_before_prepare", outcome: "decline" },
    ends: NOT_TAKEN,
    states: ["CANCELLED"],
  },
  { name: "offers another sum", behaviour: {}, amountText: "999.99", ends: NOT_TAKEN, states: ["CANCELLED"] },
  {
    name: "took another sum before it asked",
    behaviour: { after_refusal: "confirm" },
    amountText: "999.99",
    ends: TAKEN,
    states: ["OWED"],
  },
  {
    name: "signs with another key",
    behaviour: { signature: "wrong" },
    ends: { money: "not_taken", stage: "manual" },
    states: [],
  },
];

test.each(MANNERS)("Click $name", async ({ behaviour, amountText, ends, states }) => {
  const order = await shop.addOrder();

  const payment = await pay(order, behaviour, amountText);

  expect(payment).toMatchObject(ends);
  expect(await statesOf(order)).toEqual(states);
});

test("two customers who confirm in the other order pay once, and the second capture is owed", async () => {
  const order = await shop.addOrder();
  const first = await pay(order, { outcome: "hang" });

  const second = await pay(order);
  simulator.standIn.resume(first, "confirm");
  await simulator.standIn.settled(first);

  expect([first.money, second.money]).toEqual(["taken", "taken"]);
  expect(await attemptsOf(order)).toEqual([
    { paydoc: String(first.paymentId), state: "OWED" },
    { paydoc: String(second.paymentId), state: "CAPTURED" },
  ]);
});

test("owed money whose Complete lost its answer is repeated with a new click_trans_id, and stays owed once", async () => {
  const order = await shop.addOrder();
  const first = await pay(order, { outcome: "hang", drop_answer: "complete", new_click_trans_id: true });

  await pay(order);
  simulator.standIn.resume(first, "confirm");
  await simulator.standIn.settled(first);

  expect(first).toMatchObject(TAKEN);
  expect(await statesOf(order)).toEqual(["CAPTURED", "OWED", "REFUSED"]);
});

test("an invoice that the service sends to a phone is paid in the app and captured", async () => {
  const order = await shop.addOrder({ sums: ["38400.50"] });
  const { invoice: sent } = await call(service.checkout, service.checkout.createInvoice, {
    requestId: randomUUID(),
    paymentId: BigInt(order.paymentId),
    phoneNumber: "90 123 45 67",
    userId: "",
  });
  const invoice = simulator.standIn.ledger.invoice(Number(sent?.clickInvoiceId));
  if (invoice === undefined) throw new Error("the stand-in has no such invoice");

  const payment = await simulator.standIn.settled(simulator.standIn.payInvoice(invoice));

  expect(invoice).toMatchObject({ phone: "998901234567", reference: order.number, amountTiyin: 3_840_050n, status: 1 });
  expect(payment).toMatchObject(TAKEN);
  expect(await statesOf(order)).toEqual(["CAPTURED"]);
});

const MANNER = fc.record({
  outcome: fc.constantFrom("confirm", "confirm", "decline", "hang"),
  after_refusal: fc.constantFrom("cancel", "confirm"),
  repeat: fc.integer({ min: 1, max: 3 }),
  repeat_in_parallel: fc.boolean(),
  new_click_trans_id: fc.boolean(),
  order: fc.constantFrom("normal", "complete_with_prepare", "complete_before_prepare", "prepare_after_complete"),
  drop_answer: fc.constantFrom("none", "prepare", "complete"),
  amount_spelling: fc.constantFrom("as_given", "short", "two_decimals", "mixed"),
  missing_prepare_id: fc.constantFrom("empty", "zero", "absent"),
}) satisfies fc.Arbitrary<Partial<Behaviour>>;

const RUNS = 40;
const PAYMENTS_MAX = 3;

test("whatever Click does wrong, the service holds exactly the money that Click took, and one payment at most is captured", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(MANNER, { minLength: 1, maxLength: PAYMENTS_MAX }), async (manners) => {
      const order = await shop.addOrder();
      const payments = await Promise.all(manners.map((manner) => pay(order, manner)));
      const holding = (await attemptsOf(order)).filter(({ state }) => HOLDING.includes(state));

      const taken = payments.filter(({ money }) => money === "taken").map(({ paymentId }) => String(paymentId));
      expect(holding.map(({ paydoc }) => paydoc).sort()).toEqual(taken.sort());
      expect(holding.filter(({ state }) => state === "CAPTURED")).toHaveLength(Math.min(taken.length, 1));
    }),
    { numRuns: RUNS },
  );
});
