import type { AskUnderReference, ForgetDenial, NoteDenial } from "../../payment/effects.ts";
import { FIRST_POLL_AFTER_MONEY_S } from "../../payment/status-poll-schedule.ts";
import { type Statement, statement } from "../driver/statement.ts";

/** The schedule of status polls. */

export function askUnderReference({ paymentId }: AskUnderReference): readonly Statement[] {
  return [
    statement(
      `INSERT INTO clickbridge_status_poll (subject, subject_id, due_time)
       VALUES ('REFERENCE', ?, NOW(3) + INTERVAL ${FIRST_POLL_AFTER_MONEY_S} SECOND)
       ON DUPLICATE KEY UPDATE ask_count = 0, due_time = NOW(3) + INTERVAL ${FIRST_POLL_AFTER_MONEY_S} SECOND`,
      paymentId,
    ),
  ];
}

/** Keeps the time of the first denial. */
export function noteDenial({ attemptId, askAgainAfterSeconds }: NoteDenial): readonly Statement[] {
  return [
    statement(
      `UPDATE clickbridge_status_poll SET denial_time = COALESCE(denial_time, NOW(3)), due_time = denial_time + INTERVAL ? SECOND
       WHERE subject = 'ATTEMPT' AND subject_id = ?`,
      askAgainAfterSeconds,
      attemptId,
    ),
  ];
}

export function forgetDenial({ attemptId }: ForgetDenial): readonly Statement[] {
  return [
    statement(
      "UPDATE clickbridge_status_poll SET denial_time = NULL WHERE subject = 'ATTEMPT' AND subject_id = ? AND denial_time IS NOT NULL",
      attemptId,
    ),
  ];
}
