import { asAttemptId, asLedgerEntryId, asOrderId, asPaymentId, asRefundId, asServiceId } from "../../payment/ids.ts";
import type { LedgerEntry, LedgerKind, LedgerSource } from "../../payment/ledger.ts";
import {
  integer,
  integerOrUndefined,
  type Row,
  text,
  textOrUndefined,
  time,
  timeOrUndefined,
} from "../driver/statement.ts";

/** The columns that `toLedgerEntry` reads. */
export const LEDGER_COLUMNS = `id, booked_time, click_time, kind, amount_tiyin, fee_tiyin, service_id, reference, order_id, payment_id,
  attempt_id, refund_id, click_trans_id, click_payment_id, source, actor`;

export function toLedgerEntry(row: Row): LedgerEntry {
  const idOf = <Id>(column: string, as: (value: number) => Id) => {
    const value = integerOrUndefined(row, column);
    return value === undefined ? undefined : as(value);
  };
  return {
    id: asLedgerEntryId(integer(row, "id")),
    bookedTime: time(row, "booked_time"),
    clickTime: timeOrUndefined(row, "click_time"),
    kind: text(row, "kind") as LedgerKind,
    amountTiyin: BigInt(text(row, "amount_tiyin")),
    feeTiyin: BigInt(text(row, "fee_tiyin")),
    serviceId: asServiceId(text(row, "service_id")),
    reference: text(row, "reference"),
    orderId: idOf("order_id", asOrderId),
    paymentId: idOf("payment_id", asPaymentId),
    attemptId: idOf("attempt_id", asAttemptId),
    refundId: idOf("refund_id", asRefundId),
    clickTransId: textOrUndefined(row, "click_trans_id"),
    clickPaymentId: textOrUndefined(row, "click_payment_id"),
    source: text(row, "source") as LedgerSource,
    actor: text(row, "actor"),
  };
}
