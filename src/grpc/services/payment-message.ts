import type { AttemptRecord, OrderUpdateRecord, PaymentRecord } from "../../app/payments/payment-reader.ts";
import {
  type Attempt,
  Attempt_CaptureSource,
  Attempt_State,
  type Invoice,
  Invoice_State,
  type OrderUpdateStatus,
  OrderUpdateStatus_State,
  type Payment,
  Payment_State,
  type Refund,
  Refund_State,
} from "../../gen/clickbridge/v1/payment.ts";
import type { AttemptState, CaptureSource } from "../../payment/attempt.ts";
import type { Invoice as InvoiceRecord, InvoiceState } from "../../payment/invoice.ts";
import type { OrderUpdateState } from "../../payment/order-update.ts";
import { type PaymentMoneyState, paymentMoney } from "../../payment/payment-money.ts";
import type { Refund as RefundRecord, RefundState } from "../../payment/refund.ts";
import { maskPhone } from "../../protocol/phone.ts";
import { toCharge } from "./charge-message.ts";

const ATTEMPT_STATE: Readonly<Record<AttemptState, Attempt_State>> = {
  REFUSED: Attempt_State.STATE_REFUSED,
  PREPARED: Attempt_State.STATE_PREPARED,
  EXPIRED: Attempt_State.STATE_EXPIRED,
  CAPTURED: Attempt_State.STATE_CAPTURED,
  SETTLED: Attempt_State.STATE_SETTLED,
  OWED: Attempt_State.STATE_OWED,
  CANCELLED: Attempt_State.STATE_CANCELLED,
  REVERSED: Attempt_State.STATE_REVERSED,
};

const CAPTURE_SOURCE: Readonly<Record<CaptureSource, Attempt_CaptureSource>> = {
  CALLBACK: Attempt_CaptureSource.CAPTURE_SOURCE_CALLBACK,
  STATUS: Attempt_CaptureSource.CAPTURE_SOURCE_STATUS,
  CARD: Attempt_CaptureSource.CAPTURE_SOURCE_CARD,
  PASS: Attempt_CaptureSource.CAPTURE_SOURCE_PASS,
  RECONCILIATION: Attempt_CaptureSource.CAPTURE_SOURCE_RECONCILIATION,
};

const INVOICE_STATE: Readonly<Record<InvoiceState, Invoice_State>> = {
  STORED: Invoice_State.STATE_STORED,
  SENDING: Invoice_State.STATE_SENDING,
  CREATED: Invoice_State.STATE_CREATED,
  REFUSED: Invoice_State.STATE_REFUSED,
  UNKNOWN: Invoice_State.STATE_UNKNOWN,
  LOST: Invoice_State.STATE_LOST,
  CANCELLED: Invoice_State.STATE_CANCELLED,
};

const REFUND_STATE: Readonly<Record<RefundState, Refund_State>> = {
  STORED: Refund_State.STATE_STORED,
  SENDING: Refund_State.STATE_SENDING,
  DONE: Refund_State.STATE_DONE,
  REFUSED: Refund_State.STATE_REFUSED,
  UNKNOWN: Refund_State.STATE_UNKNOWN,
  NOT_DONE: Refund_State.STATE_NOT_DONE,
};

const UPDATE_STATE: Readonly<Record<OrderUpdateState, OrderUpdateStatus_State>> = {
  HELD: OrderUpdateStatus_State.STATE_HELD,
  PENDING: OrderUpdateStatus_State.STATE_PENDING,
  APPLIED: OrderUpdateStatus_State.STATE_APPLIED,
  REFUSED: OrderUpdateStatus_State.STATE_REFUSED,
  WITHDRAWN: OrderUpdateStatus_State.STATE_WITHDRAWN,
};

const PAYMENT_STATE: Readonly<Record<PaymentMoneyState, Payment_State>> = {
  NO_MONEY: Payment_State.STATE_NO_MONEY,
  IN_PROGRESS: Payment_State.STATE_IN_PROGRESS,
  HELD: Payment_State.STATE_HELD,
  PARTIALLY_REFUNDED: Payment_State.STATE_PARTIALLY_REFUNDED,
  OWED: Payment_State.STATE_OWED,
  REVERSED: Payment_State.STATE_REVERSED,
};

/** The state of a filter; undefined for an unknown number. */
export function attemptStateOf(state: Attempt_State): AttemptState | undefined {
  return (Object.keys(ATTEMPT_STATE) as AttemptState[]).find((name) => ATTEMPT_STATE[name] === state);
}

/** The same for the state of a payment. */
export function paymentStateOf(state: Payment_State): PaymentMoneyState | undefined {
  return (Object.keys(PAYMENT_STATE) as PaymentMoneyState[]).find((name) => PAYMENT_STATE[name] === state);
}

export function toPayment(record: PaymentRecord): Payment {
  const { state, holdingAttemptId, ...money } = paymentMoney(record);
  return {
    ...money,
    state: PAYMENT_STATE[state],
    holdingAttemptId: BigInt(holdingAttemptId ?? 0),
    paymentId: BigInt(record.paymentId),
    orderId: BigInt(record.orderId),
    orderNumber: record.shop?.orderNumber ?? "",
    amountTiyin: record.shop?.sumTiyin,
    paidInBitrix: record.shop?.paid ?? false,
    attempts: record.attempts.map(toAttempt),
    invoices: record.invoices.map(toInvoice),
    charges: record.charges.map(toCharge),
    orderUpdates: record.orderUpdates.map(toUpdateStatus),
    refunds: record.refunds.map(toRefund),
    createTime: record.createTime,
    updateTime: record.updateTime,
  };
}

export function toAttempt(attempt: AttemptRecord): Attempt {
  return {
    attemptId: BigInt(attempt.id),
    state: ATTEMPT_STATE[attempt.state],
    serviceId: BigInt(attempt.serviceId),
    clickTransId: attempt.clickTransId ?? "",
    clickPaymentId: attempt.clickPaymentId ?? attempt.clickPaydocId ?? "",
    merchantTransId: attempt.merchantTransId,
    amountTiyin: attempt.amountTiyin,
    feeTiyin: attempt.feeTiyin,
    lastAnswer: attempt.lastAnswer,
    paymentId: BigInt(attempt.paymentId ?? 0),
    createTime: attempt.createTime,
    updateTime: attempt.updateTime,
    captureTime: attempt.captureTime,
    captureSource: attempt.captureSource === undefined ? 0 : CAPTURE_SOURCE[attempt.captureSource],
    clickErrorCode: attempt.clickErrorCode,
    clickErrorNote: attempt.clickErrorNote,
  };
}

export function toInvoice(invoice: InvoiceRecord): Invoice {
  return {
    invoiceId: BigInt(invoice.id),
    state: INVOICE_STATE[invoice.state],
    clickInvoiceId: invoice.clickInvoiceId ?? "",
    paymentId: BigInt(invoice.paymentId),
    amountTiyin: invoice.amountTiyin,
    feeTiyin: invoice.feeTiyin,
    maskedPhoneNumber: maskPhone(invoice.phone),
    clickErrorCode: invoice.clickErrorCode,
    createTime: invoice.createTime,
  };
}

export function toRefund(refund: RefundRecord): Refund {
  return {
    refundId: BigInt(refund.id),
    state: REFUND_STATE[refund.state],
    attemptId: BigInt(refund.attemptId),
    paymentId: BigInt(refund.paymentId ?? 0),
    amountTiyin: refund.amountTiyin,
    partial: refund.partial,
    clickPaymentId: refund.clickPaymentId,
    clickErrorCode: refund.clickErrorCode,
    createTime: refund.createTime,
    doneTime: refund.doneTime,
    requestId: refund.requestId,
    caller: refund.caller,
    userId: refund.userId,
    note: refund.note,
    clickErrorNote: refund.clickErrorNote,
  };
}

function toUpdateStatus(update: OrderUpdateRecord): OrderUpdateStatus {
  return {
    orderUpdateId: BigInt(update.id),
    state: UPDATE_STATE[update.state],
    attemptId: BigInt(update.attemptId),
    tryCount: update.tryCount,
    refusal: update.refusal ?? "",
  };
}
