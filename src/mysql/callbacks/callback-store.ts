import type { CallbackStore } from "../../app/callbacks/callback-store.ts";
import type { Pool } from "../driver/pool.ts";
import { ifRepresentable, NO_REFERENCE } from "../rows/shop-rows.ts";
import { completeTransaction } from "./complete-transaction.ts";
import { prepareTransaction } from "./prepare-transaction.ts";

export function callbackStore(pool: Pool): CallbackStore {
  return {
    prepare: (question, judge) =>
      ifRepresentable(
        () => prepareTransaction(pool, question, judge),
        () => prepareTransaction(pool, { ...question, reference: NO_REFERENCE }, judge),
      ),
    complete: (question, judge) => completeTransaction(pool, question, judge),
  };
}
