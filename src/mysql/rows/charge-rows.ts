import type { Charge, ChargeKind } from "../../payment/charge.ts";
import { asChargeId, asOrderId, asPaymentId, asServiceId, type ChargeId, type PaymentId } from "../../payment/ids.ts";
import { isUntouchedFor } from "../driver/clock.ts";
import {
  integer,
  type Row,
  type Statement,
  statement,
  text,
  textOrUndefined,
  time,
  timeOrUndefined,
} from "../driver/statement.ts";

/** Statements about clickbridge_charge. */

export const CHARGE_COLUMNS = `id, kind, state, caller, service_id, payment_id, order_id, reference, amount_tiyin, fee_tiyin, send_time, click_payment_id,
  click_status, card_type, processing, confirmation, click_refusal, click_error_code, click_error_note, create_time`;

export function chargeById(id: ChargeId): Statement {
  return statement(`SELECT ${CHARGE_COLUMNS} FROM clickbridge_charge WHERE id = ?`, id);
}

/** Includes the token of its confirmation. */
export function chargeByIdForUpdate(id: ChargeId): Statement {
  return statement(`SELECT ${CHARGE_COLUMNS}, confirm_token FROM clickbridge_charge WHERE id = ? FOR UPDATE`, id);
}

/** All charges of a payment, which must be locked first. */
export function chargesOfPaymentForUpdate(paymentId: PaymentId): Statement {
  return statement(
    `SELECT ${CHARGE_COLUMNS} FROM clickbridge_charge WHERE payment_id = ? ORDER BY id FOR UPDATE`,
    paymentId,
  );
}

const LEFT_BEHIND_AFTER_SECONDS = 60;

/**
 * Charges at Click that did not change for a minute, longer than Click waits for a cashier; and recent charges with money that no attempt
 * shows, because the process died before it recorded the capture.
 */
export function chargesLeftBehind(limit: number): Statement {
  return statement(
    `SELECT ${CHARGE_COLUMNS} FROM clickbridge_charge c
     WHERE ${isUntouchedFor("c.update_time", LEFT_BEHIND_AFTER_SECONDS)} AND (c.state = 'PROCESSING'
       OR (c.state = 'DONE' AND c.update_time > NOW(3) - INTERVAL 7 DAY AND NOT EXISTS (
         SELECT 1 FROM clickbridge_attempt a WHERE a.service_id = c.service_id AND a.click_payment_id = c.click_payment_id)))
     ORDER BY c.update_time, c.id LIMIT ?`,
    limit,
  );
}

export function toCharge(row: Row): Charge {
  return {
    id: asChargeId(integer(row, "id")),
    kind: text(row, "kind") as ChargeKind,
    state: text(row, "state") as Charge["state"],
    caller: text(row, "caller"),
    serviceId: asServiceId(text(row, "service_id")),
    paymentId: asPaymentId(integer(row, "payment_id")),
    orderId: asOrderId(integer(row, "order_id")),
    reference: text(row, "reference"),
    amountTiyin: BigInt(text(row, "amount_tiyin")),
    feeTiyin: BigInt(text(row, "fee_tiyin")),
    sendTime: timeOrUndefined(row, "send_time"),
    clickPaymentId: textOrUndefined(row, "click_payment_id"),
    clickStatus: textOrUndefined(row, "click_status") as Charge["clickStatus"],
    cardType: textOrUndefined(row, "card_type") as Charge["cardType"],
    processing: textOrUndefined(row, "processing") as Charge["processing"],
    confirmation: text(row, "confirmation") as Charge["confirmation"],
    clickRefusal: textOrUndefined(row, "click_refusal"),
    clickErrorCode: integer(row, "click_error_code"),
    clickErrorNote: text(row, "click_error_note"),
    createTime: time(row, "create_time"),
  };
}
