import type { NewSubmission } from "../app/fiscal-store.ts";
import {
  type ClickPayment,
  type FiscalKind,
  type FiscalSubmission,
  SUBMISSION_SECONDS_MAX,
} from "../payment/fiscal.ts";
import {
  type AttemptId,
  asFiscalSubmissionId,
  asOrderId,
  asPaymentId,
  asServiceId,
  type FiscalSubmissionId,
  type PaymentId,
} from "../payment/ids.ts";
import type { FiscalReceiptUrl } from "../protocol/receipt-url.ts";
import {
  integer,
  type Row,
  type Statement,
  statement,
  text,
  textOrUndefined,
  time,
  timeOrUndefined,
} from "./statement.ts";

/** Statements about clickbridge_fiscal and clickbridge_fiscal_receipt. */

const COLUMNS = `id, kind, state, service_id, payment_id, order_id, click_payment_id, click_refusal, click_error_code,
  click_error_note, create_time`;

const NOTE_CHARACTERS_MAX = 250;

/** Attempts that Click took money for, and named a payment of its own. */
const WITH_CLICK_PAYMENT = `SELECT service_id, payment_id, order_id, COALESCE(click_payment_id, click_paydoc_id) AS click_payment_id
  FROM clickbridge_attempt WHERE COALESCE(click_payment_id, click_paydoc_id) IS NOT NULL`;

export function clickPaymentOfAttempt(paymentId: PaymentId, attemptId: AttemptId): Statement {
  return statement(
    `${WITH_CLICK_PAYMENT} AND payment_id = ? AND id = ? AND state IN ('CAPTURED', 'SETTLED', 'OWED', 'REVERSED')`,
    paymentId,
    attemptId,
  );
}

/** What holds the payment; else a charge that Click took, whose money is not the payment's yet. */
export function clickPaymentsOf(paymentId: PaymentId): readonly [Statement, Statement] {
  return [
    statement(`${WITH_CLICK_PAYMENT} AND captured_payment_id = ?`, paymentId),
    statement(
      `SELECT service_id, payment_id, order_id, click_payment_id FROM clickbridge_charge
       WHERE payment_id = ? AND state = 'DONE' AND click_payment_id IS NOT NULL ORDER BY id LIMIT 1`,
      paymentId,
    ),
  ];
}

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
       AND state IN ('STORED', 'SENDING') AND update_time > NOW(3) - INTERVAL ? SECOND LIMIT 1`,
    BigInt(serviceId),
    BigInt(clickPaymentId),
    id,
    SUBMISSION_SECONDS_MAX,
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

export function receiptOf({ serviceId, clickPaymentId }: ClickPayment): Statement {
  return statement(
    `SELECT qr_code_url, terminal_id, receipt_number, receipt_time, fiscal_sign FROM clickbridge_fiscal_receipt
     WHERE service_id = ? AND click_payment_id = ?`,
    BigInt(serviceId),
    BigInt(clickPaymentId),
  );
}

export function writeReceipt(
  { serviceId, clickPaymentId, paymentId }: ClickPayment,
  receipt: FiscalReceiptUrl,
): Statement {
  const values = [
    receipt.qrCodeUrl,
    receipt.terminalId,
    receipt.receiptNumber,
    receipt.receiptTime?.toISOString().slice(0, "YYYY-MM-DDTHH:mm:ss".length).replace("T", " ") ?? null,
    receipt.fiscalSign,
  ];
  return statement(
    `INSERT INTO clickbridge_fiscal_receipt (service_id, click_payment_id, payment_id, qr_code_url, terminal_id, receipt_number,
       receipt_time, fiscal_sign)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE qr_code_url = ?, terminal_id = ?, receipt_number = ?, receipt_time = ?, fiscal_sign = ?`,
    BigInt(serviceId),
    BigInt(clickPaymentId),
    paymentId,
    ...values,
    ...values,
  );
}

export function toClickPayment(row: Row): ClickPayment {
  return {
    serviceId: asServiceId(text(row, "service_id")),
    paymentId: asPaymentId(integer(row, "payment_id")),
    orderId: asOrderId(integer(row, "order_id")),
    clickPaymentId: text(row, "click_payment_id"),
  };
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

export function toReceipt(row: Row): FiscalReceiptUrl {
  return {
    qrCodeUrl: text(row, "qr_code_url"),
    terminalId: text(row, "terminal_id"),
    receiptNumber: text(row, "receipt_number"),
    receiptTime: timeOrUndefined(row, "receipt_time"),
    fiscalSign: text(row, "fiscal_sign"),
  };
}
