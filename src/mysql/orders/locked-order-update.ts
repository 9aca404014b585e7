import { asAttemptId, asPaymentId, type OrderUpdateId } from "../../payment/ids.ts";
import type { AcknowledgementView } from "../../payment/judge-acknowledgement.ts";
import { integer, type Statement, statement, time } from "../driver/statement.ts";
import type { Transaction } from "../driver/transaction.ts";
import { attemptById, toAttempt } from "../rows/attempt-rows.ts";
import { lockPaymentOfUpdate, toOrderUpdate, updatesOfAttempt } from "../rows/order-update-rows.ts";
import { refundedTiyin, toTiyin } from "../rows/refund-rows.ts";

export type LockedUpdate = AcknowledgementView & { readonly returnedTiyin: bigint; readonly now: Date };

/** Locks the payment and reads one order update with its attempt; undefined when there is none. */
export async function readLockedUpdate(tx: Transaction, id: OrderUpdateId): Promise<LockedUpdate | undefined> {
  const [found] = await tx.run(whoseUpdate(id));
  const [whose] = found?.rows ?? [];
  if (whose === undefined) return undefined;
  const attemptId = asAttemptId(integer(whose, "attempt_id"));
  const [, attempts, own, returned, clock] = await tx.run(
    lockPaymentOfUpdate(asPaymentId(integer(whose, "payment_id"))),
    attemptById(attemptId),
    updatesOfAttempt(attemptId),
    refundedTiyin(attemptId),
    statement("SELECT NOW(3) AS now"),
  );
  const [attempt] = (attempts?.rows ?? []).map(toAttempt);
  const updates = (own?.rows ?? []).map(toOrderUpdate);
  const update = updates.find((one) => one.id === id);
  if (attempt === undefined || update === undefined) return undefined;
  return { update, attempt, updates, returnedTiyin: toTiyin(returned), now: time(clock?.rows[0] ?? {}, "now") };
}

function whoseUpdate(id: OrderUpdateId): Statement {
  return statement("SELECT payment_id, attempt_id FROM clickbridge_order_update WHERE id = ?", id);
}
