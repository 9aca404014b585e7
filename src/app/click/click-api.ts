import type { ServiceId } from "../../payment/ids.ts";
import type { DialectName } from "../../protocol/dialect.ts";
import type { Secret } from "../../protocol/secret.ts";

/** Click's Merchant API v2 as the use cases see it (click-protocol.md 2). Sums are tiyin; Click's ids are decimal text. */

export interface MerchantAccount {
  readonly serviceId: ServiceId;
  readonly merchantId: string;
  readonly merchantUserId: string;
  readonly secretKey: string;
  readonly dialect: DialectName;
}

/** Why Click refused, as far as its codes are known (click-protocol.md 2). Stable, unlike Click's codes and notes. */
export type ClickRefusal =
  /** The request was not sent: no connection, or the circuit to Click is open. */
  | "NOT_SENT"
  /** HTTP 401: the merchant user or the key is wrong. */
  | "UNAUTHORIZED"
  /** HTTP 403: the method is not allowed for this merchant. */
  | "FORBIDDEN"
  /** HTTP 404 or 410: Click does not, or no longer, have this method. */
  | "METHOD_UNAVAILABLE"
  /** HTTP 400 or 406: Click did not understand the request. */
  | "REQUEST_REJECTED"
  | "SERVICE_WRONG"
  | "SERVICE_UNAVAILABLE"
  | "AMOUNT_TOO_SMALL"
  | "AMOUNT_TOO_LARGE"
  | "CARD_NUMBER_WRONG"
  | "SMS_CODE_WRONG"
  | "SMS_CODE_EXPIRED"
  | "TOO_MANY_TRIES"
  /** Any other code of Click: see its code and note. */
  | "OTHER";

const OF_THE_ASKER: readonly ClickRefusal[] = [
  "NOT_SENT",
  "UNAUTHORIZED",
  "FORBIDDEN",
  "METHOD_UNAVAILABLE",
  "REQUEST_REJECTED",
  "SERVICE_WRONG",
  "SERVICE_UNAVAILABLE",
  "TOO_MANY_TRIES",
];

/** Whether Click refused the caller or the form of a query: then the refusal tells nothing about the payment. Other refusals are answers. */
export function isOfTheAsker(refusal: ClickRefusal): boolean {
  return OF_THE_ASKER.includes(refusal);
}

export interface Refused {
  readonly kind: "REFUSED";
  readonly refusal: ClickRefusal;
  /** 0 when Click sent none. */
  readonly clickErrorCode: number;
  readonly clickErrorNote: string;
}

/** The result of a call. UNKNOWN: it may or may not have been executed; a mutation is then never sent again. */
export type ClickReply<Done = unknown> = ({ readonly kind: "DONE" } & Done) | Refused | { readonly kind: "UNKNOWN" };

/** Below 0 FAILED (or reversed), 0 CREATED, 1 PROCESSING, 2 PAID. */
export type ClickPaymentStatus = "FAILED" | "CREATED" | "PROCESSING" | "PAID";

/** The kind of card that Click Pass reports. */
export type ClickCardType = "PRIVATE" | "CORPORATE";
export type ClickProcessing = "UZCARD" | "HUMO" | "WALLET";

export interface FiscalItem {
  readonly name: string;
  readonly barcode: string | undefined;
  readonly labels: readonly string[];
  /** ИКПУ, 17 digits. */
  readonly spic: string;
  readonly units: bigint | undefined;
  readonly packageCode: string;
  readonly goodPriceTiyin: bigint | undefined;
  /** The line's total before discounts. */
  readonly priceTiyin: bigint;
  /** Quantity; its scale for fractions is undocumented. */
  readonly quantity: bigint;
  readonly vatTiyin: bigint;
  readonly vatPercent: number;
  readonly discountTiyin: bigint | undefined;
  readonly otherTiyin: bigint | undefined;
  readonly commission: { readonly tin: string } | { readonly pinfl: string };
}

export interface FiscalReceipt {
  readonly items: readonly FiscalItem[];
  readonly receivedEcashTiyin: bigint;
  readonly receivedCashTiyin: bigint;
  readonly receivedCardTiyin: bigint;
}

/**
 * Never throws for errors of Click or the network. Queries (marked) are retried; mutations are sent at most once. A query that was not
 * sent is UNKNOWN, a mutation that was not sent is REFUSED as NOT_SENT.
 */
export interface ClickApi {
  createInvoice(
    account: MerchantAccount,
    invoice: { readonly amountTiyin: bigint; readonly phone: string; readonly reference: string },
  ): Promise<ClickReply<{ readonly clickInvoiceId: string }>>;
  /** Query. Above 0: probably paid; 0: waiting; below 0: cancelled. Only a payment's status proves money. */
  invoiceStatus(
    account: MerchantAccount,
    clickInvoiceId: string,
  ): Promise<ClickReply<{ readonly status: number; readonly note: string }>>;
  /** Query. REFUSED, unless `isOfTheAsker`: Click does not know this payment. */
  paymentStatus(
    account: MerchantAccount,
    clickPaymentId: string,
  ): Promise<ClickReply<{ readonly status: ClickPaymentStatus }>>;
  /**
   * Query: the payment that Click has for a reference and a day (`YYYY-MM-DD`). DONE without an id, or REFUSED: there is none.
   * When Click refuses the caller instead (key, method), that tells nothing about payments: UNKNOWN.
   */
  paymentOfReference(
    account: MerchantAccount,
    reference: string,
    day: string,
  ): Promise<
    ClickReply<{ readonly clickPaymentId: string | undefined; readonly status: ClickPaymentStatus | undefined }>
  >;
  /** Full reversal. */
  reversePayment(account: MerchantAccount, clickPaymentId: string): Promise<ClickReply>;
  /** Undocumented by Click since 2025: behind a capability switch. */
  reversePaymentPartly(account: MerchantAccount, clickPaymentId: string, amountTiyin: bigint): Promise<ClickReply>;
  requestCardToken(
    account: MerchantAccount,
    card: { readonly cardNumber: Secret; readonly expireDate: Secret; readonly temporary: boolean },
  ): Promise<ClickReply<{ readonly cardToken: Secret; readonly maskedPhone: string; readonly temporary: boolean }>>;
  verifyCardToken(
    account: MerchantAccount,
    check: { readonly cardToken: Secret; readonly smsCode: Secret },
  ): Promise<ClickReply<{ readonly maskedCardNumber: string }>>;
  /** A missing or undocumented status is read as PROCESSING, because the payment's status can be polled by its number. */
  chargeCardToken(
    account: MerchantAccount,
    charge: { readonly cardToken: Secret; readonly amountTiyin: bigint; readonly reference: string },
  ): Promise<ClickReply<{ readonly clickPaymentId: string; readonly status: ClickPaymentStatus }>>;
  deleteCardToken(account: MerchantAccount, cardToken: Secret): Promise<ClickReply>;
  /** As chargeCardToken. */
  chargeClickPass(
    account: MerchantAccount,
    charge: {
      readonly otpData: Secret;
      readonly amountTiyin: bigint;
      readonly cashboxCode: string | undefined;
      readonly reference: string | undefined;
    },
  ): Promise<ClickReply<ClickPassPayment>>;
  /** An unconfirmed payment is cancelled by Click 30 s after its creation. */
  confirmClickPass(account: MerchantAccount, clickPaymentId: string): Promise<ClickReply>;
  setConfirmationMode(account: MerchantAccount, on: boolean): Promise<ClickReply>;
  submitFiscalItems(account: MerchantAccount, clickPaymentId: string, receipt: FiscalReceipt): Promise<ClickReply>;
  submitFiscalQrCode(account: MerchantAccount, clickPaymentId: string, qrCodeUrl: string): Promise<ClickReply>;
  /** Query. The receipt's address, once there is one. */
  fiscalData(
    account: MerchantAccount,
    clickPaymentId: string,
  ): Promise<ClickReply<{ readonly qrCodeUrl: string | undefined }>>;
}

export interface ClickPassPayment {
  readonly clickPaymentId: string;
  readonly status: ClickPaymentStatus;
  /** The payment waits for confirmClickPass. */
  readonly mustConfirm: boolean;
  readonly cardType: ClickCardType | undefined;
  readonly processing: ClickProcessing | undefined;
  readonly maskedCardNumber: string;
  readonly maskedPhone: string;
}
