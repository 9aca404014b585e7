import type { CallbackStore } from "../app/ports.ts";
import { completeTransaction } from "./complete-transaction.ts";
import type { Pool } from "./pool.ts";
import { prepareTransaction } from "./prepare-transaction.ts";

export function callbackStore(pool: Pool): CallbackStore {
  return {
    prepare: (question, judge) => prepareTransaction(pool, question, judge),
    complete: (question, judge) => completeTransaction(pool, question, judge),
  };
}
