import { tashkentDay } from "../protocol/tashkent-time.ts";
import type { CardToken } from "./card-token.ts";
import type { FiscalReceipt } from "./fiscal-receipt.ts";
import type { Invoice } from "./invoice.ts";
import type { MerchantCallRecord } from "./merchant-call-record.ts";
import type { Payment } from "./payment.ts";

/** Limit for each of payments, invoices, cards, receipts and calls; then the oldest are dropped. */
const ENTRIES_MAX = 10_000;

/** Payments and calls of the stand-in, in memory. */
export class Ledger {
  readonly #payments = new Map<number, Payment>();
  readonly #invoices = new Map<number, Invoice>();
  readonly #byVisit = new Map<string, Payment>();
  readonly #cardTokens = new Map<string, CardToken>();
  readonly #receipts = new Map<number, FiscalReceipt>();
  readonly #merchantCalls: MerchantCallRecord[] = [];
  #paymentsForgotten = 0;

  /** Newest last. */
  get payments(): readonly Payment[] {
    return [...this.#payments.values()];
  }

  /** Newest last. */
  get invoices(): readonly Invoice[] {
    return [...this.#invoices.values()];
  }

  /** Payments that were dropped because ENTRIES_MAX was reached. */
  get paymentsForgotten(): number {
    return this.#paymentsForgotten;
  }

  /** Returns the payment that was dropped for it, if any. */
  addPayment(payment: Payment): Payment | undefined {
    this.#payments.set(payment.paymentId, payment);
    if (payment.visit !== undefined) this.#byVisit.set(payment.visit, payment);
    if (this.#payments.size <= ENTRIES_MAX) return undefined;
    const [oldest] = this.#payments.values();
    if (oldest === undefined) return undefined;
    this.#payments.delete(oldest.paymentId);
    if (oldest.visit !== undefined) this.#byVisit.delete(oldest.visit);
    this.#paymentsForgotten += 1;
    return oldest;
  }

  addInvoice(invoice: Invoice): void {
    this.#invoices.set(invoice.invoiceId, invoice);
    dropOldest(this.#invoices);
  }

  /** Newest last, deleted ones too. */
  get cardTokens(): readonly CardToken[] {
    return [...this.#cardTokens.values()];
  }

  get receipts(): readonly FiscalReceipt[] {
    return [...this.#receipts.values()];
  }

  /** What came to the Merchant API, refused calls too. Newest last. */
  get merchantCalls(): readonly MerchantCallRecord[] {
    return this.#merchantCalls;
  }

  addCardToken(card: CardToken): void {
    this.#cardTokens.set(card.token, card);
    dropOldest(this.#cardTokens);
  }

  cardToken(token: string): CardToken | undefined {
    return this.#cardTokens.get(token);
  }

  setReceipt(receipt: FiscalReceipt): void {
    this.#receipts.set(receipt.paymentId, receipt);
    dropOldest(this.#receipts);
  }

  receipt(paymentId: number): FiscalReceipt | undefined {
    return this.#receipts.get(paymentId);
  }

  addMerchantCall(record: MerchantCallRecord): void {
    this.#merchantCalls.push(record);
    if (this.#merchantCalls.length > ENTRIES_MAX) this.#merchantCalls.shift();
  }

  payment(paymentId: number): Payment | undefined {
    return this.#payments.get(paymentId);
  }

  invoice(invoiceId: number): Invoice | undefined {
    return this.#invoices.get(invoiceId);
  }

  /** The payment that a visit of the pay page already made. */
  paymentOfVisit(visit: string): Payment | undefined {
    return this.#byVisit.get(visit);
  }

  /**
   * The payment of a service's reference that was created on a day in Tashkent: the one with money, else the newest. Which one
   * Click itself answers with, when there are several, is undocumented.
   */
  paymentOfDay(of: {
    readonly serviceId: string;
    readonly reference: string;
    readonly day: string;
  }): Payment | undefined {
    const those = this.payments.filter(
      (p) => p.serviceId === of.serviceId && p.reference === of.reference && tashkentDay(p.createdAt) === of.day,
    );
    return those.find((p) => p.money === "taken") ?? those.at(-1);
  }

  takenTiyin(): bigint {
    return this.payments.reduce((sum, p) => (p.money === "taken" ? sum + p.amountTiyin - p.returnedTiyin : sum), 0n);
  }
}

function dropOldest<K>(map: Map<K, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > ENTRIES_MAX && oldest !== undefined) map.delete(oldest);
}
