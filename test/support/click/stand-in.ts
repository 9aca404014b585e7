import { DEMO_ACCOUNT } from "../../../src/simulator/account.ts";
import { formToken } from "../../../src/simulator/guard.ts";
import type { MerchantCallRecord } from "../../../src/simulator/merchant-call-record.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/start.ts";
import { type Merchant, type Rules, SECRET, SERVICE_ID, startMerchant } from "./click-merchant.ts";

export type Json = Readonly<Record<string, unknown>>;

export interface Call {
  readonly call: "Prepare" | "Complete";
  readonly sent: Readonly<Record<string, string>>;
  readonly result: { readonly kind: string; readonly error?: number };
}

/** A payment as the control API shows it. */
export interface ShownPayment extends Json {
  readonly payment_id: number;
  readonly calls: readonly Call[];
}

/** Its shop's only service of Click's. */
export const ACCOUNT = { ...DEMO_ACCOUNT, serviceId: SERVICE_ID, secretKey: SECRET };
/** Another shop's. */
export const OTHER_ACCOUNT = { ...DEMO_ACCOUNT, secretKey: "another_secret_key" };

/** A stand-in and a shop with the orders A (38,400 soums) and B (1,000 soums), which it calls. */
export interface Bench {
  readonly simulator: Simulator;
  readonly merchant: Merchant;
  ask(method: string, path: string, body?: object): Promise<{ readonly status: number; readonly json: Json }>;
  /** Pays through the control API, and retries without waiting. */
  pay(reference: string, amount: string, behaviour?: object): Promise<ShownPayment>;
  /** Does one of the control API's verbs with a payment. */
  act(payment: ShownPayment, verb: string, body?: object): Promise<ShownPayment>;
  /** Calls back once, when it is known what becomes of the next call of the Merchant API. */
  onMerchantCall(listener: (record: MerchantCallRecord) => void): void;
  /** Moves Click's clock. */
  setClock(now: Date): void;
  stop(): Promise<void>;
}

export async function startBench(rules: Rules = {}): Promise<Bench> {
  const merchant = await startMerchant({ A: 38400, B: 1000 }, rules);
  const shop = { prepareUrl: merchant.prepareUrl, completeUrl: merchant.completeUrl };
  let heardCall: (record: MerchantCallRecord) => void = () => {};
  let clock: () => Date = () => new Date();
  const simulator = await startSimulator({
    accounts: [ACCOUNT, OTHER_ACCOUNT],
    shop,
    now: () => clock(),
    onMerchantCall: (record) => heardCall(record),
  });
  const ask: Bench["ask"] = async (method, path, body) => {
    const response = await fetch(simulator.url + path, {
      method,
      headers: steering(simulator),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: (await response.json()) as Json };
  };
  const done = async (path: string, body: object) => {
    const { status, json } = await ask("POST", path, body);
    if (status !== 200) throw new Error(`POST ${path}: ${status} ${json["error"]}`);
    return json as ShownPayment;
  };
  return {
    simulator,
    merchant,
    ask,
    pay: (reference, amount, behaviour = {}) =>
      done("/simulator/payments", {
        merchant_trans_id: reference,
        amount,
        behaviour: { retry_delay_ms: 0, ...behaviour },
      }),
    act: (payment, verb, body = {}) => done(`/simulator/payments/${payment.payment_id}/${verb}`, body),
    onMerchantCall: (listener) => {
      heardCall = (record) => {
        heardCall = () => {};
        listener(record);
      };
    },
    setClock: (now) => {
      clock = () => now;
    },
    stop: async () => {
      await simulator.stop();
      await merchant.stop();
    },
  };
}

/** What a request that steers a stand-in carries. */
export function steering({ token }: Pick<Simulator, "token">): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}`, "content-type": "application/json" };
}

/** Presses a button of a page of the stand-in's, whose form carries what only that page says. */
export async function pressIn(
  simulator: Simulator,
  { path, form }: { readonly path: string; readonly form: URLSearchParams | Readonly<Record<string, string>> },
): Promise<Response> {
  const body = new URLSearchParams(form);
  body.set("token", formToken(simulator.token));
  return fetch(simulator.url + path, { method: "POST", body, redirect: "manual" });
}

/** `Prepare 0`, `Complete dropped`: what was sent and what came of it. */
export function heard({ calls }: ShownPayment): string[] {
  return calls.map(({ call, result }) => `${call} ${result.error ?? result.kind}`);
}
