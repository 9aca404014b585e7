import { tashkentDay } from "../protocol/tashkent-time.ts";
import type { Invoice } from "./invoice.ts";
import type { Payment } from "./payment.ts";

/** Payments, and invoices, that are kept; then the oldest ones go. */
const ENTRIES_MAX = 10_000;

/** What Click took and was answered, in memory. */
export class Ledger {
  readonly #payments = new Map<number, Payment>();
  readonly #invoices = new Map<number, Invoice>();
  readonly #byVisit = new Map<string, Payment>();
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

  /** Gives back the payment that had to go for it, if one had to. */
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
    const [oldest] = this.#invoices.keys();
    if (this.#invoices.size > ENTRIES_MAX && oldest !== undefined) this.#invoices.delete(oldest);
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
    return this.payments.reduce((sum, p) => (p.money === "taken" ? sum + p.amountTiyin : sum), 0n);
  }
}
