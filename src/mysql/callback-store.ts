import type { CallbackStore } from "../app/ports.ts";
import { completeTransaction } from "./complete-transaction.ts";
import type { Pool } from "./pool.ts";
import { prepareTransaction } from "./prepare-transaction.ts";
import { NO_REFERENCE, unlessForeign } from "./shop-rows.ts";

export function callbackStore(pool: Pool): CallbackStore {
  return {
    prepare: (question, judge) =>
      unlessForeign(
        () => prepareTransaction(pool, question, judge),
        () => prepareTransaction(pool, { ...question, reference: NO_REFERENCE }, judge),
      ),
    complete: (question, judge) => completeTransaction(pool, question, judge),
  };
}
