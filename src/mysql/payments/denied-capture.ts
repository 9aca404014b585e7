import type { Attempt } from "../../payment/attempt.ts";
import { type DenialVerdict, judgeDenial } from "../../payment/judge-denial.ts";
import type { Pool } from "../driver/pool.ts";
import { integerOrUndefined, statement } from "../driver/statement.ts";
import { inTransaction } from "../driver/transaction.ts";
import { applyEffects } from "../effects/apply-effects.ts";

/** Captures that Click denies in a status poll. */
export function noteDenial(pool: Pool, attempt: Attempt, said: string): Promise<DenialVerdict["outcome"]> {
  return inTransaction(pool, async (tx) => {
    const [found, told] = await tx.run(
      statement(
        `SELECT TIMESTAMPDIFF(SECOND, denial_time, NOW(3)) AS age_seconds FROM clickbridge_status_poll
         WHERE subject = 'ATTEMPT' AND subject_id = ? FOR UPDATE`,
        attempt.id,
      ),
      statement(
        "SELECT id FROM clickbridge_anomaly WHERE attempt_id = ? AND kind = 'CAPTURE_NOT_CONFIRMED'",
        attempt.id,
      ),
    );
    const [row] = found?.rows ?? [];
    const { outcome, effects } = judgeDenial(attempt, said, {
      ageSeconds: row === undefined ? undefined : integerOrUndefined(row, "age_seconds"),
      isTold: (told?.rows ?? []).length > 0,
    });
    return applyEffects(effects, outcome);
  });
}
