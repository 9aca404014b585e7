import type { AnomalyStore } from "./app/anomalies/anomaly-store.ts";
import type { CallbackStore } from "./app/callbacks/callback-store.ts";
import type { ChargeStore } from "./app/charges/charge-store.ts";
import type { InvoiceStore } from "./app/checkout/invoice-store.ts";
import type { ClickApi } from "./app/click/click-api.ts";
import type { FiscalStore } from "./app/fiscal/fiscal-store.ts";
import type { Instance } from "./app/instance/instance.ts";
import type { OrderUpdateStore } from "./app/orders/order-update-store.ts";
import type { RefundStore } from "./app/refunds/refund-store.ts";

/** Everything by which money is moved, or the shop told that it was. */
export interface MoneyPorts {
  readonly click: ClickApi;
  readonly invoices: InvoiceStore;
  readonly charges: ChargeStore;
  readonly fiscal: FiscalStore;
  readonly refunds: RefundStore;
  readonly anomalies: AnomalyStore;
  readonly orderUpdates: OrderUpdateStore;
  readonly store: CallbackStore;
}

/** They change nothing at Click. A call that is not among them is taken for one that does. */
const QUESTIONS: ReadonlySet<string> = new Set([
  "invoiceStatus",
  "paymentStatus",
  "paymentOfReference",
  "fiscalData",
] satisfies (keyof ClickApi)[]);

/**
 * The same ports for an installation that may not be the one that moves money: then nothing that changes anything reaches Click, and
 * fails with INSTANCE_NOT_ADOPTED before it is even stored; no order update is handed out, and no policy refunds. StatusApi are asked,
 * callbacks are answered, and our own books follow.
 */
export function guardMoney(instance: Instance, ports: MoneyPorts): MoneyPorts {
  const { click, invoices, charges, fiscal, refunds, anomalies, orderUpdates, store } = ports;
  const guarded = <T extends object>(port: T, isGuarded: (name: string) => boolean): T =>
    guardedCalls(instance, port, isGuarded);
  const only = <T extends object>(port: T, names: readonly (keyof T & string)[]) =>
    guarded(port, (name) => (names as readonly string[]).includes(name));
  return {
    click: guarded(click, (name) => !QUESTIONS.has(name)),
    invoices: only(invoices, ["store", "claimForSending"]),
    charges: only(charges, ["store", "claimForSending", "claimConfirmation"]),
    fiscal: only(fiscal, ["store", "claimForSending"]),
    refunds: {
      ...only(refunds, ["store", "claimForSending"]),
      owedConfirmed: async (...question) => ((await instance.isAdopted()) ? refunds.owedConfirmed(...question) : []),
    },
    // A refund's decision is kept by the store of refunds; the others move no money.
    anomalies,
    orderUpdates: {
      ...only(orderUpdates, ["start"]),
      claim: async (...request) => ((await instance.isAdopted()) ? orderUpdates.claim(...request) : []),
    },
    store: {
      ...store,
      complete: async ({ handOut, ...question }, judge) =>
        store.complete({ ...question, handOut: handOut && (await instance.isAdopted()) }, judge),
    },
  };
}

type Call = (...given: readonly unknown[]) => Promise<unknown>;

function guardedCalls<T extends object>(instance: Instance, port: T, isGuarded: (name: string) => boolean): T {
  const guard =
    (call: Call): Call =>
    async (...given) => {
      await instance.mustBeAdopted();
      return call(...given);
    };
  const calls = Object.entries(port as Record<string, Call>);
  return Object.fromEntries(calls.map(([name, call]) => [name, isGuarded(name) ? guard(call) : call])) as T;
}
