import { randomBytes, randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { ClickApi } from "./app/click-api.ts";
import type { ConfirmHeldCapturesDeps } from "./app/confirm-held-captures.ts";
import { EventFeed } from "./app/event-feed.ts";
import { guardMoney } from "./app/guard-money.ts";
import { Instance } from "./app/instance.ts";
import { Lease } from "./app/lease.ts";
import type { NumberEventsDeps } from "./app/number-events.ts";
import type { PaidByClick } from "./app/paid-by-click.ts";
import type { ReconcileDeps } from "./app/reconcile.ts";
import type { ResolveAnomalyDeps } from "./app/resolve-anomaly.ts";
import { ServiceRegistry } from "./app/service-registry.ts";
import type { WatchForRewindDeps } from "./app/watch-for-rewind.ts";
import { clickProbe } from "./click/click-probe.ts";
import { merchantApi } from "./click/merchant-api.ts";
import type { MerchantHttp } from "./click/merchant-http.ts";
import { shopFront } from "./click/shop-front.ts";
import type { Config } from "./config.ts";
import type { ServicesDeps } from "./grpc/services.ts";
import { highWaterMark } from "./high-water-mark.ts";
import { anomalyStore } from "./mysql/anomaly-store.ts";
import { booksStore } from "./mysql/books-store.ts";
import { callbackStore } from "./mysql/callback-store.ts";
import { certificationStore } from "./mysql/certification-store.ts";
import { chargeStore } from "./mysql/charge-store.ts";
import { checkoutKeyStore } from "./mysql/checkout-key-store.ts";
import { clickWordStore } from "./mysql/click-word-store.ts";
import { eventReader } from "./mysql/event-reader.ts";
import { eventSequencer } from "./mysql/event-sequencer.ts";
import { fiscalStore } from "./mysql/fiscal-store.ts";
import { heldCaptureStore } from "./mysql/held-capture-store.ts";
import { instanceStore } from "./mysql/instance-store.ts";
import { invoiceStore } from "./mysql/invoice-store.ts";
import { leaseStore } from "./mysql/lease-store.ts";
import { orderUpdateStore } from "./mysql/order-update-store.ts";
import { paidByClickStore } from "./mysql/paid-by-click-store.ts";
import { paymentReader } from "./mysql/payment-reader.ts";
import type { Pool } from "./mysql/pool.ts";
import { questionStore } from "./mysql/question-store.ts";
import { refundStore } from "./mysql/refund-store.ts";
import { restoreStore } from "./mysql/restore-store.ts";
import { serviceStore } from "./mysql/service-store.ts";
import { setupReader } from "./mysql/setup-reader.ts";
import { shopReader } from "./mysql/shop-reader.ts";

/** Everything that the use cases need of the world, put together in one place. */
export type Deps = ServicesDeps &
  ConfirmHeldCapturesDeps &
  NumberEventsDeps &
  ReconcileDeps &
  ResolveAnomalyDeps &
  WatchForRewindDeps & { readonly reconcileLease: Lease; readonly instance: Instance };

/** What a test brings along instead of our own. */
export interface Parts {
  readonly click: Partial<ClickApi>;
  readonly paidByClick: PaidByClick;
}

export interface Edges {
  readonly pool: Pool;
  readonly http: MerchantHttp;
  readonly log: Logger;
  readonly parts?: Partial<Parts>;
}

const TOKEN_BYTES = 24;

export function makeDeps(config: Config, { pool, http, log, parts = {} }: Edges): Deps {
  const shop = shopReader(pool);
  const events = eventReader(pool);
  const nowMs = () => performance.now();
  const lease = (name: string) => new Lease({ store: leaseStore(pool), name, holder: randomUUID(), nowMs });
  const instance = new Instance({
    store: instanceStore(pool),
    name: config.instance,
    onChange: (isAdopted) =>
      log.warn(
        { instance: config.instance },
        isAdopted
          ? "adopted: money is moved from now on"
          : "another installation has adopted the database: no money is moved from now on",
      ),
  });
  return {
    ...guardMoney(instance, {
      click: { ...merchantApi(http), ...parts.click },
      invoices: invoiceStore(pool),
      charges: chargeStore(pool),
      fiscal: fiscalStore(pool),
      refunds: refundStore(pool),
      anomalies: anomalyStore(pool),
      books: booksStore(pool),
      orderUpdates: orderUpdateStore(pool, (error, orderUpdateId) =>
        log.warn({ err: error, orderUpdateId }, "an order update could not be handed out"),
      ),
      store: callbackStore(pool),
    }),
    instance,
    events,
    feed: new EventFeed(events),
    sequencer: eventSequencer(pool),
    eventLease: lease("events"),
    reconcileLease: lease("reconciliation"),
    registry: new ServiceRegistry({
      shop,
      overrideOf: config.overrideOf,
      ttlMs: config.settingsTtlMs,
      nowMs,
      onFault: (fault) => log.error({ fault }, "settings of a pay system"),
    }),
    shop,
    certification: certificationStore(pool),
    services: serviceStore(pool),
    checkoutKey: checkoutKeyStore(pool, nowMs),
    payments: paymentReader(pool),
    held: heldCaptureStore(pool),
    words: clickWordStore(pool),
    questions: questionStore(pool),
    paidByClick: parts.paidByClick ?? paidByClickStore(pool),
    setup: setupReader(pool),
    front: shopFront(),
    clickProbe: clickProbe(http, () => new Date()),
    restores: restoreStore(pool),
    highWaterMark: config.stateFile === undefined ? undefined : highWaterMark(config.stateFile),
    instanceName: config.instance,
    weakSettings: config.weakSettings,
    payUrl: config.payUrl,
    newToken: () => randomBytes(TOKEN_BYTES).toString("base64url"),
    now: () => new Date(),
  };
}
