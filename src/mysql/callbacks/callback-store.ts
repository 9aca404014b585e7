import type { CallbackStore } from "../../app/callbacks/callback-store.ts";
import type { Pool } from "../driver/pool.ts";
import { ifRepresentable, NO_REFERENCE } from "../rows/shop-rows.ts";
import { completeTransaction } from "./complete-transaction.ts";
import { prepareTransaction } from "./prepare-transaction.ts";

export function callbackStore(pool: Pool): CallbackStore {
  return {
    prepare: (input, judge) =>
      ifRepresentable(
        () => prepareTransaction(pool, input, judge),
        () => prepareTransaction(pool, { ...input, reference: NO_REFERENCE }, judge),
      ),
    complete: (input, judge) => completeTransaction(pool, input, judge),
  };
}
