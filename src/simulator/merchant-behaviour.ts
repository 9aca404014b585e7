import { flag, integer, oneOf } from "./behaviour-rule.ts";

/** The calls of the Merchant API by their names here: the path without what varies in it. */
export const MERCHANT_CALLS = [
  "invoice/create",
  "invoice/status",
  "payment/status",
  "payment/status_by_mti",
  "payment/reversal",
  "payment/partial_reversal",
  "card_token/request",
  "card_token/verify",
  "card_token/payment",
  "card_token/delete",
  "click_pass/payment",
  "click_pass/confirm",
  "click_pass/confirmation",
  "payment/ofd_data/submit_items",
  "payment/ofd_data/submit_qrcode",
  "payment/ofd_data",
] as const;

export type MerchantCallName = (typeof MERCHANT_CALLS)[number];

const FAULTS_MAX = 64;
const DELAY_MS_MAX = 60_000;
const CLOCK_SHIFT_SECONDS_MAX = 400 * 24 * 60 * 60;

/**
 * How the stand-in answers the Merchant API: what it does wrong on demand, and which of two readings it takes where Click's documents
 * contradict each other (click-protocol.md 2).
 */
export const MERCHANT_RULES = {
  /** What happens to a call's answer. `html`, `drop_before_acting`, `http_500` and `hang` do not act, all others do. */
  merchant_fault: oneOf(
    "none",
    "drop_before_acting",
    "drop_after_acting",
    "http_500",
    "http_500_after_acting",
    "html",
    "truncated",
    "slow_drip",
    "hang",
    "hang_after_acting",
  ),
  /** To which call. */
  merchant_fault_call: oneOf("any", ...MERCHANT_CALLS),
  /** To how many calls from now on; 0: to all. */
  merchant_fault_times: integer({ from: 0, to: FAULTS_MAX, initial: 0 }),
  /** Wait before a call is answered; it has acted by then. */
  merchant_delay_ms: integer({ from: 0, to: DELAY_MS_MAX, initial: 0 }),
  /** Click's clock against ours: what it takes to be today, and when 30 seconds are over. */
  clock_shift_seconds: integer({ from: -CLOCK_SHIFT_SECONDS_MAX, to: CLOCK_SHIFT_SECONDS_MAX, initial: 0 }),
  /** `payment_id` and `invoice_id` as JSON text. */
  ids_as_text: flag(false),
  /** Click's table lists payment_status, its example has merchant_trans_id instead. */
  status_by_mti: oneOf("both", "payment_status", "merchant_trans_id"),
  /** Click's documents have invoice_status, its older clients read status. */
  invoice_status_key: oneOf("invoice_status", "status"),
  temporary_as: oneOf("number", "boolean", "text"),
  /** Click's example of a fiscal read has no error_code. */
  fiscal_read_error_code: flag(true),
  /** Whether a receipt has its address as soon as the items are there. */
  fiscal_receipt_ready: flag(true),
  uzcard_refuses_reversal: flag(false),
  /** Click documents it no more: off, there is no such method. */
  partial_reversal: flag(false),
  /** Whether a payment by card token calls the shop as others do: undocumented. */
  token_payment_calls_shop: flag(true),
};
