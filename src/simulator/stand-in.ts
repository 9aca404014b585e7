import { parseAmountTiyin } from "../protocol/amount.ts";
import type { Account } from "./account.ts";
import { type Behaviour, DEFAULT_BEHAVIOUR } from "./behaviour.ts";
import type { CallRecord } from "./call-record.ts";
import { ClickIds } from "./click-ids.ts";
import { askAgain, drivePayment, resumePayment } from "./drive-payment.ts";
import { type Drive, exchange } from "./exchange.ts";
import { INVOICE_STATUS, type Invoice } from "./invoice.ts";
import { Ledger } from "./ledger.ts";
import type { MerchantCallRecord } from "./merchant-call-record.ts";
import { debit, finishPaid, newPayment, type Payment, reverse } from "./payment.ts";
import { cancelUnconfirmed, payQuietly, resumeQuietly } from "./quiet-payment.ts";
import { Refused } from "./refused.ts";
import { Services, type ShopUrls } from "./services.ts";

export interface StandInOptions {
  readonly accounts: readonly Account[];
  readonly shop?: ShopUrls | undefined;
  /** Told about every call, when its end is known. */
  readonly onCall?: ((payment: Payment, record: CallRecord) => void) | undefined;
  /** Told about every call of the Merchant API, when it is known what becomes of it, before it is answered. */
  readonly onMerchantCall?: ((record: MerchantCallRecord) => void) | undefined;
  /** Click's clock. */
  readonly now?: (() => Date) | undefined;
}

/** What a customer, an invoice or a test begins. */
export interface Purchase {
  readonly serviceId: string;
  readonly reference: string;
  /** Soums, in the spelling that Click will sign. */
  readonly amountText: string;
  readonly origin: Payment["origin"];
  readonly visit?: string | undefined;
  readonly behaviour?: Partial<Behaviour> | undefined;
  /** Paid without any call to the shop. */
  readonly isQuiet?: boolean | undefined;
  /** How long it waits for the shop's confirmation before it is cancelled; it is quiet, too. */
  readonly confirmWithinMs?: number | undefined;
}

/** A payment that the stand-in can still do something with. */
interface Run {
  readonly drive: Drive;
  /** The invoice that it pays. */
  readonly invoice: Invoice | undefined;
  readonly isQuiet: boolean;
  running: Promise<void>;
}

/** Click as a shop sees it: takes money, calls the shop and records everything in memory. */
export class StandIn {
  readonly ledger = new Ledger();
  behaviour: Behaviour = DEFAULT_BEHAVIOUR;
  readonly services: Services;
  readonly #ids = new ClickIds(new Date());
  readonly #stopping = new AbortController();
  readonly #runs = new Map<number, Run>();
  readonly onMerchantCall: NonNullable<StandInOptions["onMerchantCall"]>;
  readonly #onCall: NonNullable<StandInOptions["onCall"]>;
  readonly #now: () => Date;

  constructor({ accounts, shop, onCall, onMerchantCall, now }: StandInOptions) {
    this.#onCall = onCall ?? (() => {});
    this.onMerchantCall = onMerchantCall ?? (() => {});
    this.#now = now ?? (() => new Date());
    this.services = new Services(accounts, shop, this.#stopping.signal);
  }

  /** What time it is at Click. */
  now(): Date {
    return new Date(this.#now().getTime() + this.behaviour.clock_shift_seconds * 1_000);
  }

  /** Applies deadlines that have passed. */
  tick(): void {
    for (const payment of this.ledger.payments) cancelUnconfirmed(payment, this.now());
  }

  /** For one service, or for all. Payments in progress keep the old addresses. */
  setShop(shop: ShopUrls, serviceId?: string): void {
    for (const service of serviceId === undefined ? this.services.all : [this.services.get(serviceId)])
      service.shop = shop;
  }

  /** Begins a payment and calls the shop. The same visit of the pay page called twice gives the same payment. */
  pay(purchase: Purchase, invoice?: Invoice): Payment {
    const earlier = purchase.visit === undefined ? undefined : this.ledger.paymentOfVisit(purchase.visit);
    if (earlier !== undefined) return earlier;
    const { account, caller, shop } = this.services.get(purchase.serviceId);
    const { serviceId, origin, reference, amountText, visit } = purchase;
    const payment = newPayment(
      { serviceId, origin, reference, amountText, amountTiyin: sumOf(amountText), visit },
      { paymentId: this.#ids.nextPayment(), clickTransId: this.#ids.nextTransaction() },
      this.now(),
    );
    const { confirmWithinMs, isQuiet = confirmWithinMs !== undefined } = purchase;
    if (confirmWithinMs !== undefined) {
      payment.confirmBefore = new Date(payment.createdAt.getTime() + confirmWithinMs);
    }
    const drive: Drive = {
      payment,
      behaviour: { ...this.behaviour, ...purchase.behaviour },
      serviceId: account.serviceId,
      prepareUrl: shop?.prepareUrl,
      completeUrl: shop?.completeUrl,
      ids: this.#ids,
      shop: caller,
      stopped: this.#stopping.signal,
      onCall: this.#onCall,
    };
    const forgotten = this.ledger.addPayment(payment);
    if (forgotten !== undefined) this.#runs.delete(forgotten.paymentId);
    const run: Run = { drive, invoice, isQuiet, running: Promise.resolve() };
    this.#runs.set(payment.paymentId, run);
    this.#then(run, () => (isQuiet ? payQuietly(drive) : drivePayment(drive)));
    return payment;
  }

  /** Settles when Click has finished its calls for this payment. */
  async settled(payment: Payment): Promise<Payment> {
    await this.#runs.get(payment.paymentId)?.running;
    return payment;
  }

  /** The customer of a payment that hangs acts after all. */
  resume(payment: Payment, outcome: Behaviour["outcome"]): void {
    if (payment.stage !== "hung")
      throw new Refused(`payment ${payment.paymentId} does not hang: it is ${payment.stage}`);
    if (payment.confirmBefore !== undefined) throw new Refused(`payment ${payment.paymentId} waits for the shop`);
    const isQuiet = this.#runs.get(payment.paymentId)?.isQuiet ?? false;
    this.#again(payment, { outcome }, isQuiet ? resumeQuietly : resumePayment);
  }

  /** The shop confirms a Click Pass payment that waits for it. */
  confirm(payment: Payment): void {
    if (payment.confirmBefore === undefined || payment.stage !== "hung")
      throw new Refused(`payment ${payment.paymentId} does not wait for a confirmation`);
    payment.confirmBefore = undefined;
    debit(payment);
    finishPaid(payment, "confirmed by the shop");
  }

  /** Click lost track of a payment whose money it has, and asks the shop once more: Prepare, then Complete. */
  askAgain(payment: Payment): void {
    if (payment.money !== "taken")
      throw new Refused(`payment ${payment.paymentId} took no money: there is nothing to ask about`);
    if (payment.stage === "busy") throw new Refused(`payment ${payment.paymentId} is busy`);
    this.#again(payment, {}, askAgain);
  }

  /** Sends one of the payment's calls again, as it stands now; the payment itself does not move. */
  repeat(
    payment: Payment,
    call: "Prepare" | "Complete",
    how: { readonly error: number; readonly times: number },
  ): void {
    this.#again(payment, { repeat: how.times }, async (drive) => {
      const { stage } = payment;
      await exchange(drive, { call, error: how.error });
      payment.stage = stage;
    });
  }

  /** Gives the money back, as a reversal or Click's support does. */
  reverse(payment: Payment, note = "reversed"): void {
    if (!reverse(payment, note))
      throw new Refused(`payment ${payment.paymentId} has no money to give back, or is busy`);
  }

  /** Somebody presses the button in Click's cabinet: no call tells the shop. */
  refundInCabinet(payment: Payment): void {
    this.reverse(payment, "refunded in Click's cabinet: nobody told the shop");
  }

  createInvoice(fields: Pick<Invoice, "phone" | "reference" | "amountText"> & { readonly serviceId: string }): Invoice {
    const invoice: Invoice = {
      ...fields,
      invoiceId: this.#ids.nextInvoice(),
      amountTiyin: sumOf(fields.amountText),
      createdAt: this.now(),
      status: INVOICE_STATUS.WAITING,
      paymentId: undefined,
    };
    this.ledger.addInvoice(invoice);
    return invoice;
  }

  /** The customer opens an invoice in the app. One payment at a time; after a declined one it can be tried again. */
  payInvoice(invoice: Invoice, behaviour: Partial<Behaviour> = {}): Payment {
    this.#mustWait(invoice);
    const { serviceId, reference, amountText } = invoice;
    const payment = this.pay({ serviceId, reference, amountText, origin: "invoice", behaviour }, invoice);
    invoice.paymentId = payment.paymentId;
    return payment;
  }

  /** The customer throws an invoice away. */
  deleteInvoice(invoice: Invoice): void {
    this.#mustWait(invoice);
    invoice.status = INVOICE_STATUS.DELETED;
  }

  #mustWait({ invoiceId, status, paymentId }: Invoice): void {
    if (status !== INVOICE_STATUS.WAITING) throw new Refused(`invoice ${invoiceId} waits no more`);
    const stage = paymentId === undefined ? undefined : this.ledger.payment(paymentId)?.stage;
    if (stage === "busy" || stage === "hung") throw new Refused(`invoice ${invoiceId} is being paid by ${paymentId}`);
  }

  /** Waits that are under way end; payments stay where they are. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#runs.values()].map(({ running }) => running));
    await this.services.close();
  }

  #again(payment: Payment, behaviour: Partial<Behaviour>, work: (drive: Drive) => Promise<void>): void {
    const run = this.#runs.get(payment.paymentId);
    if (run === undefined) throw new Refused(`payment ${payment.paymentId} is forgotten`);
    const drive = { ...run.drive, behaviour: { ...run.drive.behaviour, ...behaviour } };
    this.#then(run, () => work(drive));
  }

  /** One thing at a time: what is under way with the payment is waited for. */
  #then(run: Run, work: () => Promise<void>): void {
    const before = run.running;
    run.running = (async () => {
      await before;
      try {
        await work();
      } catch (error) {
        // Stopping ends every wait by an AbortError; nobody needs to hear of it.
        if (!this.#stopping.signal.aborted) throw error;
      }
      if (run.invoice !== undefined && run.drive.payment.money === "taken") run.invoice.status = INVOICE_STATUS.PAID;
    })();
  }
}

function sumOf(amountText: string): bigint {
  const amountTiyin = parseAmountTiyin(amountText);
  if (amountTiyin === undefined || amountTiyin === 0n) {
    throw new Refused(`amount "${amountText}" must be a sum in soums above 0, with at most two decimals`);
  }
  return amountTiyin;
}
