import { setTimeout as sleep } from "node:timers/promises";
import { clickOver } from "../support/click/click.ts";
import type { Clients } from "../support/service/service.ts";
import type { Shop, ShopOrder } from "../support/shop/shop.ts";
import { type ClickPayment, newClickPayment } from "../support/shop/shop-and-service.ts";
import type { Appliers } from "./appliers.ts";

/** What Click heard. A call that failed has no answer, and Click asks again. */
export interface Answer {
  readonly payment: ClickPayment;
  readonly kind: "prepare" | "complete" | "cancel";
  readonly error: number;
  /** merchant_prepare_id of a Prepare. */
  readonly prepareId: number | undefined;
}

export interface Purchase {
  readonly order: ShopOrder;
  readonly answers: readonly Answer[];
}

/** Two services, each of which has a node of its own to talk to. */
export type Replicas = readonly [Replica, Replica];
type Replica = Pick<Clients, "callbacks" | "updates">;

const PURCHASES_AT_ONCE = 6;
/** Click, and the module before it, ask again until they are heard: for longer than any outage of these tests. */
const TRIES_MAX = 60;
const PAUSE_MS = 500;

/** One payment of Click's, whose calls go to one replica first and to the other when it fails, as the module's do. */
class Caller {
  readonly #replicas: Replicas;
  readonly #answers: Answer[];
  readonly #appliers: Appliers;

  constructor(replicas: Replicas, answers: Answer[], appliers: Appliers) {
    this.#replicas = replicas;
    this.#answers = answers;
    this.#appliers = appliers;
  }

  async prepare(first: number, payment: ClickPayment): Promise<number> {
    const answer = await this.#heard(first, (click) => click.prepare(payment));
    this.#answers.push({ payment, kind: "prepare", error: answer.error, prepareId: answer.merchantPrepareId });
    return answer.merchantPrepareId ?? 0;
  }

  async complete(first: number, payment: ClickPayment, prepareId: number, error = "0"): Promise<void> {
    // One replica's module applies what it is handed, the other's leaves it to whoever claims it.
    const leaveOrderUpdate = first === 0;
    const fields = { ...payment, merchantPrepareId: String(prepareId), error, leaveOrderUpdate };
    const answer = await this.#heard(first, (click) => click.complete(fields));
    const kind = error === "0" ? "complete" : "cancel";
    this.#answers.push({ payment, kind, error: answer.error, prepareId: undefined });
    if (answer.orderUpdate !== undefined)
      await this.#appliers.apply(this.#replicas[first % 2] as Replica, answer.orderUpdate);
  }

  #heard<T>(first: number, ask: (click: ReturnType<typeof clickOver>) => Promise<T>): Promise<T> {
    return again((tries) => ask(clickOver(this.#replicas[(first + tries) % 2] as Replica)));
  }
}

async function again<T>(work: (tries: number) => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work(tries);
    } catch (error) {
      if (tries >= TRIES_MAX) throw error;
      if (tries > 0) await sleep(PAUSE_MS);
    }
  }
}

type Story = (caller: Caller, payment: () => ClickPayment) => Promise<unknown>;

/** Each puts two calls about one payment of the shop's on two nodes in the same moment. */
const STORIES: readonly Story[] = [
  async function everyCallTwice(caller, payment) {
    const one = payment();
    const [id] = await Promise.all([caller.prepare(0, one), caller.prepare(1, one)]);
    await Promise.all([caller.complete(0, one, id), caller.complete(1, one, id)]);
  },
  async function twoDebitsOfOneOrder(caller, payment) {
    const [one, two] = [payment(), payment()];
    const [first, second] = await Promise.all([caller.prepare(0, one), caller.prepare(1, two)]);
    await Promise.all([caller.complete(0, one, first), caller.complete(1, two, second)]);
  },
  async function cancelAgainstComplete(caller, payment) {
    const one = payment();
    const id = await caller.prepare(1, one);
    await Promise.all([caller.complete(0, one, id), caller.complete(1, one, id, "-5017")]);
  },
  async function twoDebitsEachTwice(caller, payment) {
    const [one, two] = [payment(), payment()];
    const both = (ask: (first: number) => Promise<number>) => Promise.all([ask(0), ask(1)]);
    const [[first], [second]] = await Promise.all([
      both((at) => caller.prepare(at, one)),
      both((at) => caller.prepare(at, two)),
    ]);
    await Promise.all([0, 1].flatMap((at) => [caller.complete(at, one, first), caller.complete(1 - at, two, second)]));
  },
];

/** Runs purchases, some at once, until `enough` says so; appliers at both services take what the shop is owed. */
export async function runPurchases(
  replicas: Replicas,
  { shop, appliers }: { readonly shop: Pick<Shop, "addOrder" | "paySystemId">; readonly appliers: Appliers },
  enough: (begun: number) => boolean,
): Promise<readonly Purchase[]> {
  const purchases: Purchase[] = [];
  let begun = 0;
  let isOver = false;
  const buyer = async (): Promise<void> => {
    while (!enough(begun)) {
      const story = STORIES[begun % STORIES.length] as Story;
      begun += 1;
      const answers: Answer[] = [];
      // Nodes number in steps of their own: the pay system need not be the first.
      const order = await again(() => shop.addOrder({ paySystemId: shop.paySystemId }));
      await story(new Caller(replicas, answers, appliers), () => newClickPayment(order.number));
      purchases.push({ order, answers });
    }
  };
  const claimers = replicas.map((replica) => appliers.claim(replica, () => isOver));
  await Promise.all(Array.from({ length: PURCHASES_AT_ONCE }, buyer)).finally(() => {
    isOver = true;
  });
  await Promise.all(claimers);
  return purchases;
}
