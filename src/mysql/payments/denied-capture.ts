import type { Attempt } from "../../payment/attempt.ts";
import type { AttemptId } from "../../payment/ids.ts";
import type { Pool } from "../driver/pool.ts";
import { integerOrUndefined, type Statement, statement } from "../driver/statement.ts";
import { inTransaction } from "../driver/transaction.ts";
import { closeAnomaliesOf, raiseAnomalyOnce } from "../effects/anomaly-writes.ts";

/** Captures that Click denies when it is asked: our Complete said that their money was taken. */

/** Click may be slow to know what it has just done: only the second denial, so long after the first, is told. */
const DENIALS_APART_S = 60 * 60;

export function noteDenial(
  pool: Pool,
  { id, serviceId, paymentId, amountTiyin, clickPaydocId }: Attempt,
  said: string,
): Promise<"UNCHANGED" | "CAPTURE_NOT_CONFIRMED"> {
  return inTransaction(pool, async (tx) => {
    const [found, told] = await tx.run(
      statement(
        `SELECT TIMESTAMPDIFF(SECOND, denial_time, NOW(3)) AS age_seconds FROM clickbridge_question
         WHERE subject = 'ATTEMPT' AND subject_id = ? FOR UPDATE`,
        id,
      ),
      statement("SELECT id FROM clickbridge_anomaly WHERE attempt_id = ? AND kind = 'CAPTURE_NOT_CONFIRMED'", id),
    );
    const [row] = found?.rows ?? [];
    const ageSeconds = row === undefined ? undefined : integerOrUndefined(row, "age_seconds");
    if (ageSeconds === undefined || ageSeconds < DENIALS_APART_S) return { writes: [askAgain(id)], value: "UNCHANGED" };
    if ((told?.rows ?? []).length > 0) return { writes: [], value: "UNCHANGED" };
    const detail = { paymentId, amountTiyin: String(amountTiyin), clickPaydocId, why: said };
    return {
      writes: raiseAnomalyOnce({ kind: "CAPTURE_NOT_CONFIRMED", serviceId, subject: { attemptId: id }, detail }),
      value: "CAPTURE_NOT_CONFIRMED",
    };
  });
}

function askAgain(attemptId: AttemptId): Statement {
  return statement(
    `UPDATE clickbridge_question SET denial_time = COALESCE(denial_time, NOW(3)),
       due_time = denial_time + INTERVAL ${DENIALS_APART_S} SECOND
     WHERE subject = 'ATTEMPT' AND subject_id = ?`,
    attemptId,
  );
}

/** Click confirms it after all. */
export function forgetDenial(attemptId: AttemptId): readonly Statement[] {
  return [
    statement(
      "UPDATE clickbridge_question SET denial_time = NULL WHERE subject = 'ATTEMPT' AND subject_id = ? AND denial_time IS NOT NULL",
      attemptId,
    ),
    ...closeAnomaliesOf(attemptId, ["CAPTURE_NOT_CONFIRMED"]),
  ];
}
