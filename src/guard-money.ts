import type { AnomalyStore } from "./app/anomalies/anomaly-store.ts";
import type { CallbackStore } from "./app/callbacks/callback-store.ts";
import type { ChargeStore } from "./app/charges/charge-store.ts";
import type { InvoiceStore } from "./app/checkout/invoice-store.ts";
import type { ClickApi } from "./app/click/click-api.ts";
import type { FiscalStore } from "./app/fiscal/fiscal-store.ts";
import type { Instance } from "./app/instance/instance.ts";
import type { OrderUpdateStore } from "./app/orders/order-update-store.ts";
import type { RefundStore } from "./app/refunds/refund-store.ts";

/** The ports that move money or update orders. */
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

/** Queries change nothing at Click. Any other call counts as a mutation. */
const QUERIES: ReadonlySet<string> = new Set([
  "invoiceStatus",
  "paymentStatus",
  "paymentOfReference",
  "fiscalData",
] satisfies (keyof ClickApi)[]);

/**
 * The same ports for an installation that is perhaps not the one that moves money: then mutations at Click fail with INSTANCE_NOT_ADOPTED
 * before they are stored, no order update is leased, and no policy refunds. Queries still run, callbacks are answered, and our own tables
 * follow.
 */
export function guardMoney(instance: Instance, ports: MoneyPorts): MoneyPorts {
  const { click, invoices, charges, fiscal, refunds, anomalies, orderUpdates, store } = ports;
  const guarded = <T extends object>(port: T, isGuarded: (name: string) => boolean): T =>
    guardedCalls(instance, port, isGuarded);
  const only = <T extends object>(port: T, names: readonly (keyof T & string)[]) =>
    guarded(port, (name) => (names as readonly string[]).includes(name));
  return {
    click: guarded(click, (name) => !QUERIES.has(name)),
    invoices: only(invoices, ["store", "claimForSending"]),
    charges: only(charges, ["store", "claimForSending", "claimConfirmation"]),
    fiscal: only(fiscal, ["store", "claimForSending"]),
    refunds: {
      ...only(refunds, ["store", "claimForSending"]),
      owedConfirmed: async (...query) => ((await instance.isAdopted()) ? refunds.owedConfirmed(...query) : []),
    },
    // The store of refunds stores the decision of a REFUND; other resolutions move no money.
    anomalies,
    orderUpdates: {
      ...only(orderUpdates, ["start"]),
      claim: async (...request) => ((await instance.isAdopted()) ? orderUpdates.claim(...request) : []),
    },
    store: {
      ...store,
      complete: async ({ handOut, ...input }, judge) =>
        store.complete({ ...input, handOut: handOut && (await instance.isAdopted()) }, judge),
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
