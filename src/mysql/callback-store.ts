import type { CallbackStore } from "../app/ports.ts";
import { completeTransaction } from "./complete-transaction.ts";
import { markNumber } from "./mark-number.ts";
import type { Pool } from "./pool.ts";
import { prepareTransaction } from "./prepare-transaction.ts";
import { NO_REFERENCE, unlessForeign } from "./shop-rows.ts";
import { inTransaction } from "./transaction.ts";

export function callbackStore(pool: Pool): CallbackStore {
  return {
    prepare: (question, judge) =>
      unlessForeign(
        () => prepareTransaction(pool, question, judge),
        () => prepareTransaction(pool, { ...question, reference: NO_REFERENCE }, judge),
      ),
    complete: (question, judge) => completeTransaction(pool, question, judge),
    mark: (number) => inTransaction<void>(pool, async () => ({ writes: [markNumber(number)], value: undefined })),
  };
}
