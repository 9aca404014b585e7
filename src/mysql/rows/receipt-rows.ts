import type { ClickPayment } from "../../payment/fiscal.ts";
import type { FiscalReceiptUrl } from "../../protocol/receipt-url.ts";
import { type Row, type Statement, statement, text, timeOrUndefined } from "../driver/statement.ts";

/** Statements about clickbridge_fiscal_receipt. */

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

export function toReceipt(row: Row): FiscalReceiptUrl {
  return {
    qrCodeUrl: text(row, "qr_code_url"),
    terminalId: text(row, "terminal_id"),
    receiptNumber: text(row, "receipt_number"),
    receiptTime: timeOrUndefined(row, "receipt_time"),
    fiscalSign: text(row, "fiscal_sign"),
  };
}
