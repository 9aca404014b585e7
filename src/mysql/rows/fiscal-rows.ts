import type { NewSubmission } from "../../app/fiscal/fiscal-store.ts";
import {
  type ClickPayment,
  type FiscalKind,
  type FiscalSubmission,
  SUBMISSION_SECONDS_MAX,
} from "../../payment/fiscal.ts";
import { asFiscalSubmissionId, type FiscalSubmissionId } from "../../payment/ids.ts";
import { isUntouchedFor } from "../driver/clock.ts";
import { integer, type Row, type Statement, statement, text, textOrUndefined, time } from "../driver/statement.ts";
import { toClickPayment } from "./click-payment-rows.ts";

/** Statements about clickbridge_fiscal. */

const COLUMNS = `id, kind, state, service_id, payment_id, order_id, click_payment_id, click_refusal, click_error_code,
  click_error_note, create_time`;

const NOTE_CHARACTERS_MAX = 250;

export function submissionByRequest(kind: FiscalKind, caller: string, requestId: string): Statement {
  return statement(
    `SELECT ${COLUMNS}, HEX(request_hash) AS request_hash_hex FROM clickbridge_fiscal
     WHERE caller = ? AND kind = ? AND request_id = ?`,
    caller,
    kind,
    requestId,
  );
}

export function submissionByIdForUpdate(id: FiscalSubmissionId): Statement {
  return statement(`SELECT ${COLUMNS} FROM clickbridge_fiscal WHERE id = ? FOR UPDATE`, id);
}

/** Others about the same payment of Click's that are under way. One whose sender died is not. */
export function openBeside({ serviceId, clickPaymentId }: ClickPayment, id: FiscalSubmissionId | 0): Statement {
  return statement(
    `SELECT id FROM clickbridge_fiscal WHERE service_id = ? AND click_payment_id = ? AND id <> ?
       AND state IN ('STORED', 'SENDING') AND NOT ${isUntouchedFor("update_time", SUBMISSION_SECONDS_MAX)} LIMIT 1`,
    BigInt(serviceId),
    BigInt(clickPaymentId),
    id,
  );
}

/** Others that came later: they have looked at the receipt without this one. */
export function laterThan({ serviceId, clickPaymentId, id }: FiscalSubmission): Statement {
  return statement(
    "SELECT id FROM clickbridge_fiscal WHERE service_id = ? AND click_payment_id = ? AND id > ? LIMIT 1",
    BigInt(serviceId),
    BigInt(clickPaymentId),
    id,
  );
}

/** Others that Click may have been handed. */
export function sentBeside({ serviceId, clickPaymentId, id }: FiscalSubmission): Statement {
  return statement(
    `SELECT id FROM clickbridge_fiscal WHERE service_id = ? AND click_payment_id = ? AND id <> ?
       AND state IN ('SENDING', 'DONE', 'UNKNOWN', 'RECEIPT_EXISTS') LIMIT 1`,
    BigInt(serviceId),
    BigInt(clickPaymentId),
    id,
  );
}

export function insertSubmission(submission: NewSubmission): Statement {
  return statement(
    `INSERT INTO clickbridge_fiscal (kind, caller, request_id, request_hash, user_id, state, service_id, payment_id, order_id,
       click_payment_id)
     VALUES (?, ?, ?, UNHEX(?), ?, 'STORED', ?, ?, ?, ?)`,
    submission.kind,
    submission.caller,
    submission.requestId,
    submission.requestHash.toString("hex"),
    submission.userId,
    BigInt(submission.serviceId),
    submission.paymentId,
    submission.orderId,
    BigInt(submission.clickPaymentId),
  );
}

/** Matches its own work as well: a repeat after a lost reply to COMMIT must not take it for somebody else's. */
export function claimSubmission(id: FiscalSubmissionId, token: string): Statement {
  return statement(
    `UPDATE clickbridge_fiscal SET state = 'SENDING', send_token = ?
     WHERE id = ? AND (state = 'STORED' OR (state = 'SENDING' AND send_token = ?))`,
    token,
    id,
    token,
  );
}

export function updateSubmission(submission: FiscalSubmission): Statement {
  return statement(
    `UPDATE clickbridge_fiscal SET state = ?, click_refusal = ?, click_error_code = ?, click_error_note = ?
     WHERE id = ? AND state = 'SENDING'`,
    submission.state,
    submission.clickRefusal ?? null,
    submission.clickErrorCode,
    submission.clickErrorNote.slice(0, NOTE_CHARACTERS_MAX),
    submission.id,
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
