import type {
  AppendEvent,
  RecordDecision,
  SetCharge,
  SetInvoice,
  SetRefund,
  SetSubmission,
} from "../../payment/effects.ts";
import { isOpen } from "../../payment/refund.ts";
import { bigintOrNull, compareAndSet, type Statement, statement } from "../driver/statement.ts";
import { appendEntries } from "./ledger-statements.ts";
import { placeholderOf } from "./new-attempt-id.ts";

const NOTE_CHARACTERS_MAX = 250;

export function setRefund({ refund, from }: SetRefund): readonly Statement[] {
  return [
    compareAndSet(
      `UPDATE clickbridge_refund SET state = ?, click_refusal = ?, click_error_code = ?, click_error_note = ?,
         done_time = ${isOpen(refund) ? "NULL" : "NOW(3)"} WHERE id = ? AND state = ?`,
      refund.state,
      refund.clickRefusal ?? null,
      refund.clickErrorCode,
      refund.clickErrorNote.slice(0, NOTE_CHARACTERS_MAX),
      refund.id,
      from,
    ),
  ];
}

export function setCharge({ charge, from }: SetCharge): readonly Statement[] {
  return [
    compareAndSet(
      `UPDATE clickbridge_charge SET state = ?, click_payment_id = ?, click_status = ?, card_type = ?, processing = ?,
         confirmation = ?, click_refusal = ?, click_error_code = ?, click_error_note = ? WHERE id = ? AND state = ?`,
      charge.state,
      bigintOrNull(charge.clickPaymentId),
      charge.clickStatus ?? null,
      charge.cardType ?? null,
      charge.processing ?? null,
      charge.confirmation,
      charge.clickRefusal ?? null,
      charge.clickErrorCode,
      charge.clickErrorNote.slice(0, NOTE_CHARACTERS_MAX),
      charge.id,
      from,
    ),
  ];
}

export function setInvoice({ invoice, from }: SetInvoice): readonly Statement[] {
  return [
    compareAndSet(
      `UPDATE clickbridge_invoice SET state = ?, click_invoice_id = ?, click_error_code = ?, click_error_note = ? WHERE id = ? AND state = ?`,
      invoice.state,
      bigintOrNull(invoice.clickInvoiceId),
      invoice.clickErrorCode,
      invoice.clickErrorNote.slice(0, NOTE_CHARACTERS_MAX),
      invoice.id,
      from,
    ),
  ];
}

export function setSubmission({ submission, from }: SetSubmission): readonly Statement[] {
  return [
    compareAndSet(
      `UPDATE clickbridge_fiscal SET state = ?, click_refusal = ?, click_error_code = ?, click_error_note = ? WHERE id = ? AND state = ?`,
      submission.state,
      submission.clickRefusal ?? null,
      submission.clickErrorCode,
      submission.clickErrorNote.slice(0, NOTE_CHARACTERS_MAX),
      submission.id,
      from,
    ),
  ];
}

export function recordDecision({ decision }: RecordDecision): readonly Statement[] {
  const { anomalyId, resolution, note, caller, userId } = decision;
  return [
    statement(
      "INSERT INTO clickbridge_anomaly_decision (anomaly_id, resolution, note, caller, user_id) VALUES (?, ?, ?, ?, ?)",
      anomalyId,
      resolution,
      note,
      caller,
      userId,
    ),
  ];
}

/** Events are only inserted. */
export function appendEvent(event: Omit<AppendEvent, "effect">): readonly Statement[] {
  const id = placeholderOf(event.aggregateId);
  return [
    statement(
      `INSERT INTO clickbridge_event (aggregate_type, type, service_id, payment_id, payload, aggregate_id)
       VALUES (?, ?, ?, ?, ?, ${id.sql})`,
      event.type.slice(0, event.type.indexOf(".")),
      event.type,
      BigInt(event.serviceId),
      event.paymentId ?? null,
      JSON.stringify(event.payload),
      ...id.values.map(String),
    ),
    ...appendEntries(event.booked),
  ];
}
