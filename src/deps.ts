import { randomBytes, randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { ResolveAnomalyDeps } from "./app/anomalies/resolve-anomaly.ts";
import type { ClickApi } from "./app/click/click-api.ts";
import { EventFeed } from "./app/events/event-feed.ts";
import type { NumberEventsDeps } from "./app/events/number-events.ts";
import { Instance } from "./app/instance/instance.ts";
import { Lease } from "./app/instance/lease.ts";
import type { WatchForRewindDeps } from "./app/instance/watch-for-rewind.ts";
import type { ConfirmHeldCapturesDeps } from "./app/orders/confirm-held-captures.ts";
import type { PaidByClick } from "./app/payments/paid-by-click.ts";
import type { WipePersonalDataDeps } from "./app/payments/wipe-personal-data.ts";
import type { ReconcileDeps } from "./app/reconcile/reconcile.ts";
import { ServiceRegistry } from "./app/services/service-registry.ts";
import { oneAtATime } from "./app/statement/one-at-a-time.ts";
import { clickProbe } from "./click/click-probe.ts";
import { merchantApi } from "./click/merchant-api.ts";
import type { MerchantHttp } from "./click/merchant-http.ts";
import { shopModule } from "./click/shop-module.ts";
import type { Config } from "./config.ts";
import type { ServicesDeps } from "./grpc/services/services.ts";
import { guardMoney } from "./guard-money.ts";
import { highWaterMark } from "./high-water-mark.ts";
import { anomalyStore } from "./mysql/anomalies/anomaly-store.ts";
import { callbackStore } from "./mysql/callbacks/callback-store.ts";
import { certificationStore } from "./mysql/callbacks/certification-store.ts";
import { chargeStore } from "./mysql/charges/charge-store.ts";
import { checkoutKeyStore } from "./mysql/checkout/checkout-key-store.ts";
import { invoiceStore } from "./mysql/checkout/invoice-store.ts";
import type { Pool } from "./mysql/driver/pool.ts";
import { eventReader } from "./mysql/events/event-reader.ts";
import { eventSequencer } from "./mysql/events/event-sequencer.ts";
import { fiscalStore } from "./mysql/fiscal/fiscal-store.ts";
import { instanceStore } from "./mysql/instance/instance-store.ts";
import { leaseStore } from "./mysql/instance/lease-store.ts";
import { restoreStore } from "./mysql/instance/restore-store.ts";
import { ledgerReader } from "./mysql/ledger/ledger-reader.ts";
import { heldCaptureStore } from "./mysql/orders/held-capture-store.ts";
import { orderUpdateStore } from "./mysql/orders/order-update-store.ts";
import { paidByClickStore } from "./mysql/payments/paid-by-click-store.ts";
import { paymentReader } from "./mysql/payments/payment-reader.ts";
import { personalDataStore } from "./mysql/payments/personal-data-store.ts";
import { reportedStatusStore } from "./mysql/payments/reported-status-store.ts";
import { reconciliationStore } from "./mysql/reconcile/reconciliation-store.ts";
import { statusPollStore } from "./mysql/reconcile/status-poll-store.ts";
import { refundStore } from "./mysql/refunds/refund-store.ts";
import { serviceStore } from "./mysql/services/service-store.ts";
import { shopReader } from "./mysql/services/shop-reader.ts";
import { setupReader } from "./mysql/setup/setup-reader.ts";
import { statementLayouts } from "./mysql/statement/statement-layouts.ts";
import { statementLedger } from "./mysql/statement/statement-ledger.ts";
import { statementShop } from "./mysql/statement/statement-shop.ts";
import { spreadsheetReader } from "./spreadsheet/read-spreadsheet.ts";

/** The dependencies of all use cases, created in one place. */
export type Deps = ServicesDeps &
  ConfirmHeldCapturesDeps &
  NumberEventsDeps &
  ReconcileDeps &
  ResolveAnomalyDeps &
  WatchForRewindDeps &
  WipePersonalDataDeps & { readonly reconcileLease: Lease; readonly instance: Instance };

/** Parts that a test replaces. */
export interface Parts {
  readonly click: Partial<ClickApi>;
  readonly paidByClick: PaidByClick;
  /** No periodic tasks: all database traffic comes from the calls of the test. */
  readonly withoutRounds: boolean;
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
      orderUpdates: orderUpdateStore(pool, (error, orderUpdateId) =>
        log.warn({ err: error, orderUpdateId }, "an order update could not be handed out"),
      ),
      store: callbackStore(pool),
    }),
    reconciliation: reconciliationStore(pool),
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
    personalData: personalDataStore(pool),
    ledger: ledgerReader(pool),
    oneMatch: oneAtATime(),
    spreadsheets: spreadsheetReader,
    statementLedger: statementLedger(pool),
    statementShop: statementShop(pool),
    statementLayouts: statementLayouts(pool),
    held: heldCaptureStore(pool),
    reportedStatuses: reportedStatusStore(pool),
    statusPolls: statusPollStore(pool),
    paidByClick: parts.paidByClick ?? paidByClickStore(pool),
    setup: setupReader(pool),
    module: shopModule(),
    clickProbe: clickProbe(http, () => new Date()),
    restores: restoreStore(pool),
    highWaterMark: config.stateFile === undefined ? undefined : highWaterMark(config.stateFile),
    instanceName: config.instance,
    refundLimits: new Map(
      config.tokens.flatMap(({ name, refundLimitTiyin: limit }) => (limit === undefined ? [] : [[name, limit]])),
    ),
    weakSettings: [...config.weakSettings, ...config.advice],
    payUrl: config.payUrl,
    newToken: () => randomBytes(TOKEN_BYTES).toString("base64url"),
    now: () => new Date(),
  };
}
