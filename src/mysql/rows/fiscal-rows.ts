import type { ClickPayment, FiscalKind, FiscalSubmission } from "../../payment/fiscal.ts";
import { asFiscalSubmissionId, type FiscalSubmissionId } from "../../payment/ids.ts";
import { SENDING_SECONDS_MAX } from "../../payment/outbox.ts";
import { isUntouchedFor } from "../driver/clock.ts";
import { integer, type Row, type Statement, statement, text, textOrUndefined, time } from "../driver/statement.ts";
import { toClickPayment } from "./click-payment-rows.ts";

/** Statements about clickbridge_fiscal. */

export const SUBMISSION_COLUMNS = `id, kind, state, service_id, payment_id, order_id, click_payment_id, click_refusal, click_error_code,
  click_error_note, create_time`;

/** Other open submissions of the same Click payment. One whose sender died does not count. */
export function openBeside({ serviceId, clickPaymentId }: ClickPayment, id: FiscalSubmissionId | 0): Statement {
  return statement(
    `SELECT id FROM clickbridge_fiscal WHERE service_id = ? AND click_payment_id = ? AND id <> ?
       AND state IN ('STORED', 'SENDING') AND NOT ${isUntouchedFor("update_time", SENDING_SECONDS_MAX)} LIMIT 1`,
    BigInt(serviceId),
    BigInt(clickPaymentId),
    id,
  );
}

/** Newer submissions: they read the receipt without this one. */
export function laterThan({ serviceId, clickPaymentId, id }: FiscalSubmission): Statement {
  return statement(
    "SELECT id FROM clickbridge_fiscal WHERE service_id = ? AND click_payment_id = ? AND id > ? LIMIT 1",
    BigInt(serviceId),
    BigInt(clickPaymentId),
    id,
  );
}

/** Other submissions that may have reached Click. */
export function sentBeside({ serviceId, clickPaymentId, id }: FiscalSubmission): Statement {
  return statement(
    `SELECT id FROM clickbridge_fiscal WHERE service_id = ? AND click_payment_id = ? AND id <> ?
       AND state IN ('SENDING', 'DONE', 'UNKNOWN', 'RECEIPT_EXISTS') LIMIT 1`,
    BigInt(serviceId),
    BigInt(clickPaymentId),
    id,
  );
}

export function toSubmission(row: Row): FiscalSubmission {
  return {
    ...toClickPayment(row),
    id: asFiscalSubmissionId(integer(row, "id")),
    kind: text(row, "kind") as FiscalKind,
    state: text(row, "state") as FiscalSubmission["state"],
    clickRefusal: textOrUndefined(row, "click_refusal"),
    clickErrorCode: integer(row, "click_error_code"),
    clickErrorNote: text(row, "click_error_note"),
    createTime: time(row, "create_time"),
  };
}
