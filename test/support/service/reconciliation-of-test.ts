import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type Finding, reconcile } from "../../../src/app/reconcile/reconcile.ts";
import { RequestBudget } from "../../../src/app/reconcile/request-budget.ts";
import { MerchantHttp } from "../../../src/click/merchant-http.ts";
import { readConfig } from "../../../src/config.ts";
import { type Deps, makeDeps } from "../../../src/deps.ts";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { type Behaviour, DEFAULT_BEHAVIOUR } from "../../../src/simulator/behaviour.ts";
import type { Payment } from "../../../src/simulator/payment.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/start.ts";
import { createLog } from "../../../src/telemetry/log.ts";
import { type FormModule, startFormModule } from "../click/form-module.ts";
import { createShop, SERVICE, type Shop, type ShopOrder } from "../shop/shop.ts";
import { attemptsNaming } from "./attempt-record.ts";
import { LedgerComparison } from "./ledger-comparison.ts";
import { startTestService, type TestService } from "./service.ts";

/** A shop, the service, Click, and a reconciler of a test's own: the service's does not run, so that each round is a test's. */
export interface ReconciliationOfTest {
  readonly shop: Shop;
  readonly service: TestService;
  readonly click: Simulator;
  /** What the reconciler works with. */
  readonly deps: Deps;
  readonly env: Readonly<Record<string, string>>;
  /** Compared after each test. */
  readonly ledgerComparison: LedgerComparison;
  /** Takes away the rows of the tests before. */
  forget(tables: readonly string[]): Promise<void>;
  /** With a budget of its own, of so many requests, or with one that lasts over several rounds. */
  round(requests?: number | RequestBudget): Promise<readonly Finding[]>;
  /** A customer pays an order of 1,000 soums at Click, as the behaviour says. */
  pay(order: ShopOrder, behaviour?: Partial<Behaviour>): Promise<Payment>;
  /** The same, and Click's Complete never comes. */
  payUnheard(order: ShopOrder): Promise<Payment>;
  /** As if so much time had passed, in the database and at Click. */
  pass(seconds: number): Promise<void>;
  /** Paths of the calls that Click has got, of one name when it is given. */
  asked(name?: string): readonly string[];
  /** The last attempt that names the order. */
  attemptOf(order: ShopOrder): Promise<number>;
  /** Calls back once: when it is known what becomes of the next call of that name, before it is answered. */
  onCall(name: string, listener: () => void): void;
  /** How the stand-in behaves from now on; what is not named is as usual. */
  behave(behaviour: Partial<Behaviour>): void;
}

const ROUND_REQUESTS = 1_000;
export const MINUTE = 60;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Nobody listens there. */
const NOWHERE = "http://127.0.0.1:9/complete";

/** Starts all of it before the tests of a file. */
export function reconciliationOfTest(
  services: Readonly<Record<string, unknown>> = {},
  more: Readonly<Record<string, string>> = {},
): ReconciliationOfTest {
  const parts: { shop?: Shop; service?: TestService; click?: Simulator; deps?: Deps } = {};
  const ledgerComparison = new LedgerComparison();
  const closing: (() => Promise<unknown>)[] = [];
  let module: FormModule | undefined;
  let awaited: { readonly name: string; readonly listener: () => void } | undefined;
  let env: Readonly<Record<string, string>> = {};
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "clickbridge-ledger-"));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const servicesFile = join(folder, "services.json");
    await writeFile(servicesFile, JSON.stringify(services));
    const shop = await createShop();
    closing.push(() => shop.stop());
    const click = await startSimulator({
      accounts: [SERVICE],
      onMerchantCall: ({ call }) => {
        if (awaited === undefined || call !== awaited.name) return;
        const { listener } = awaited;
        awaited = undefined;
        listener();
      },
    });
    closing.push(() => click.stop());
    env = {
      CLICKBRIDGE_DATABASE_URL: shop.url,
      CLICKBRIDGE_CLICK_API_URL: `${click.url}/v2/merchant/`,
      CLICKBRIDGE_SERVICES_FILE: servicesFile,
      CLICKBRIDGE_SETTINGS_TTL_MS: "0",
      CLICKBRIDGE_RECONCILE_REQUESTS_PER_MINUTE: "0",
      ...more,
    };
    const service = await startTestService({ databaseUrl: shop.url, env });
    closing.push(() => service.stop());
    module = await startFormModule(service);
    closing.push(() => module?.stop() ?? Promise.resolve());
    click.standIn.setShop(module);
    const reconciler = startReconciler(env);
    closing.push(reconciler.close);
    Object.assign(parts, { shop, service, click, deps: reconciler.deps });
    standInOf().behaviour = QUICK;
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });
  afterEach(() => ledgerComparison.expectEqual(given(parts.shop), standInOf()));
  const standInOf = () => given(parts.click).standIn;
  const pay: ReconciliationOfTest["pay"] = (order, behaviour = {}) => {
    const purchase = { serviceId: SERVICE.serviceId, reference: order.number, amountText: "1000.00", behaviour };
    return standInOf().settled(standInOf().pay({ ...purchase, origin: "control" }));
  };
  return {
    get shop() {
      return given(parts.shop);
    },
    get service() {
      return given(parts.service);
    },
    get click() {
      return given(parts.click);
    },
    get deps() {
      return given(parts.deps);
    },
    get env() {
      return env;
    },
    ledgerComparison,
    forget: async (tables) => {
      for (const table of tables) await given(parts.shop).query(`DELETE FROM clickbridge_${table}`);
      ledgerComparison.forget(standInOf());
    },
    round: (requests = ROUND_REQUESTS) =>
      reconcile(given(parts.deps), typeof requests === "number" ? new RequestBudget(requests) : requests),
    pay,
    payUnheard: async (order) => {
      const { prepareUrl, completeUrl } = given(module);
      standInOf().setShop({ prepareUrl, completeUrl: NOWHERE });
      const payment = await pay(order);
      standInOf().setShop({ prepareUrl, completeUrl });
      return payment;
    },
    pass: async (seconds) => {
      await passTime(given(parts.shop), seconds);
      // Click files payments by day: both clocks move, or the first hour after midnight would be another test.
      for (const payment of standInOf().ledger.payments) moveBack(payment, seconds);
    },
    asked: (name) =>
      standInOf()
        .ledger.merchantCalls.filter(({ call }) => name === undefined || call === name)
        .map(({ path }) => path.replace("/v2/merchant/", "")),
    attemptOf: async ({ number }) => (await attemptsNaming(given(parts.shop), number)).at(-1) ?? 0,
    onCall: (name, listener) => {
      awaited = { name, listener };
    },
    behave: (behaviour) => {
      standInOf().behaviour = { ...QUICK, ...behaviour };
    },
  };
}

const QUICK: Behaviour = { ...DEFAULT_BEHAVIOUR, retry_delay_ms: 0 };

/** What a service has, without a listener. */
export function startReconciler(env: Readonly<Record<string, string>>) {
  const config = readConfig(env);
  const pool = new Pool({ url: config.databaseUrl.reveal(), connectionsMax: 4 });
  const http = new MerchantHttp({ baseUrl: config.clickApiUrl, now: () => new Date() });
  return {
    deps: makeDeps(config, { pool, http, log: createLog("silent") }),
    close: async () => {
      await http.close();
      await pool.close();
    },
  };
}

const TIMES: Readonly<Record<string, readonly string[]>> = {
  attempt: ["create_time", "update_time", "capture_time"],
  order_update: ["create_time", "update_time", "due_time", "lease_expire_time"],
  status_poll: ["create_time", "due_time", "ask_time", "denial_time"],
  event: ["create_time"],
  refund: ["create_time", "update_time"],
  invoice: ["create_time", "update_time"],
  charge: ["create_time", "update_time", "send_time"],
};

/** A payment as Click has it, made so much earlier. */
export function moveBack(payment: Payment, seconds: number): void {
  (payment as { createdAt: Date }).createdAt = new Date(payment.createdAt.getTime() - seconds * 1_000);
}

async function passTime(shop: Pick<Shop, "query">, seconds: number): Promise<void> {
  for (const [table, columns] of Object.entries(TIMES)) {
    const earlier = columns.map((column) => `${column} = ${column} - INTERVAL ${seconds} SECOND`).join(", ");
    await shop.query(`UPDATE clickbridge_${table} SET ${earlier}`);
  }
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("not started: reconciliationOfTest() starts before the tests of its file");
  return value;
}
