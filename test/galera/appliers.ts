import { setTimeout as sleep } from "node:timers/promises";
import {
  AcknowledgeOrderUpdateRequest_Outcome as Outcome,
  AcknowledgeOrderUpdateRequest_Refusal as Refusal,
} from "../../src/gen/clickbridge/v1/order_update_service.ts";
import { type Clients, call } from "../support/service/service.ts";

const CLAIM_LIMIT = 4;
const PAUSE_MS = 50;

interface Update {
  readonly orderUpdateId: bigint;
  readonly token: string;
}

/** The shop's side: what it was let begin with. Nobody else may get an update that somebody has begun. */
export class Appliers {
  readonly #begun = new Map<bigint, string>();
  readonly #twice: string[] = [];

  /** Order updates that two appliers were let begin with. */
  get twice(): readonly string[] {
    return this.#twice;
  }

  get count(): number {
    return this.#begun.size;
  }

  /** Claims at one service what is due, until it is over. */
  async claim({ updates }: Pick<Clients, "updates">, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const claimed = await call(updates, updates.claimOrderUpdates, { limit: CLAIM_LIMIT }).catch(() => undefined);
      for (const update of claimed?.orderUpdates ?? []) await this.apply({ updates }, update);
      await sleep(PAUSE_MS);
    }
  }

  /** An applier whose word is not taken, or not heard, leaves the rest to the lease. */
  async apply({ updates }: Pick<Clients, "updates">, { orderUpdateId, token }: Update): Promise<void> {
    try {
      await call(updates, updates.startOrderUpdate, { orderUpdateId, token });
      const before = this.#begun.get(orderUpdateId);
      if (before !== undefined && before !== token) this.#twice.push(`order update ${orderUpdateId} was begun twice`);
      this.#begun.set(orderUpdateId, token);
      const word = { outcome: Outcome.OUTCOME_APPLIED, refusal: Refusal.REFUSAL_UNSPECIFIED, detail: "" };
      await call(updates, updates.acknowledgeOrderUpdate, { orderUpdateId, token, ...word, inParts: false });
    } catch {
      // As when a module dies.
    }
  }
}
