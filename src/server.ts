import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { HealthImplementation } from "grpc-health-check";
import type { Logger } from "pino";
import { confirmHeldCaptures } from "./app/confirm-held-captures.ts";
import type { PaidByClick } from "./app/paid-by-click.ts";
import { ServiceRegistry } from "./app/service-registry.ts";
import { merchantApi } from "./click/merchant-api.ts";
import { MerchantHttp } from "./click/merchant-http.ts";
import type { Config } from "./config.ts";
import { CallsInFlight } from "./grpc/calls-in-flight.ts";
import { type Listener, listen, refuseAddress } from "./grpc/listener.ts";
import { addServices, type CardPassFiscalDeps, type ServicesDeps } from "./grpc/services.ts";
import { authorizer, FRONT } from "./grpc/tokens.ts";
import { callbackStore } from "./mysql/callback-store.ts";
import { chargeStore } from "./mysql/charge-store.ts";
import { fiscalStore } from "./mysql/fiscal-store.ts";
import { heldCaptureStore } from "./mysql/held-capture-store.ts";
import { invoiceStore } from "./mysql/invoice-store.ts";
import { missingMigrations } from "./mysql/missing-migrations.ts";
import { orderUpdateStore } from "./mysql/order-update-store.ts";
import { paymentReader } from "./mysql/payment-reader.ts";
import { Pool } from "./mysql/pool.ts";
import { ATTEMPT_ID_MAX, lastAttemptId, refusesWrites } from "./mysql/server-checks.ts";
import { serviceStore } from "./mysql/service-store.ts";
import { shopReader } from "./mysql/shop-reader.ts";
import { startRounds } from "./rounds.ts";

export interface RunningService {
  /** As configured, with the ports that were really taken. */
  readonly addresses: readonly string[];
  /** Health says NOT_SERVING, new calls are refused, calls under way finish; then everything is closed. Bounded. */
  drain(): Promise<void>;
}

const CONFIRM_INTERVAL_MS = 5_000;
const ATTEMPT_IDS_INTERVAL_MS = 60 * 60_000;
const TOKEN_BYTES = 24;
/** For answers and for the word NOT_SERVING on their way to a client, before open streams are cut. */
const LAST_BYTES_MS = 250;
/** A database that went away must not keep us from ending. */
const CLOSE_TIMEOUT_MS = 3_000;

/** What a test brings along. */
export type Parts = Pick<CardPassFiscalDeps, "click" | "paidByClick">;

/** Until the client of the Merchant API has these calls, each says that nothing was sent. */
const callNotBuilt = async () =>
  ({ kind: "REFUSED", refusal: "NOT_SENT", clickErrorCode: 0, clickErrorNote: "this call is not built yet" }) as const;
const callsNotBuilt: Parts["click"] = {
  requestCardToken: callNotBuilt,
  verifyCardToken: callNotBuilt,
  chargeCardToken: callNotBuilt,
  deleteCardToken: callNotBuilt,
  chargeClickPass: callNotBuilt,
  confirmClickPass: callNotBuilt,
  setConfirmationMode: callNotBuilt,
  paymentStatus: callNotBuilt,
  submitFiscalItems: callNotBuilt,
  submitFiscalQrCode: callNotBuilt,
  fiscalData: callNotBuilt,
};

/** The charge stays DONE, which reconciliation finds. */
const leftToReconciliation: PaidByClick = { record: async () => {} };

/** Starts the service. Throws, with nothing left running, when the configuration and the database do not fit. */
export async function start(config: Config, log: Logger, parts: Partial<Parts> = {}): Promise<RunningService> {
  warnOfWeakSettings(config, log);
  for (const address of config.listen) {
    const refusal = refuseAddress(address, config);
    if (refusal !== undefined) throw new Error(refusal);
  }
  const pool = new Pool({ url: config.databaseUrl.reveal(), connectionsMax: config.databaseConnectionsMax });
  const http = new MerchantHttp({ baseUrl: config.clickApiUrl, now: () => new Date() });
  const closing: (() => Promise<void>)[] = [() => pool.close(), () => http.close()];
  const closeAll = async () => {
    for (const close of closing.reverse()) await close();
  };
  try {
    const deps = makeDeps(config, { pool, http, log, parts });
    await checkDatabase(config, { pool, deps });
    const rounds = [
      startRounds(
        () => confirmHeldCaptures(deps),
        CONFIRM_INTERVAL_MS,
        (error) => log.error({ err: error }, "confirming held captures failed"),
      ),
      startRounds(
        () => warnOfAttemptIds(pool, log),
        ATTEMPT_IDS_INTERVAL_MS,
        (error) => log.error({ err: error }, "looking for the last attempt id failed"),
      ),
    ];
    closing.push(...rounds.map((round) => () => round.stop()));
    const health = new HealthImplementation({ "": "SERVING" });
    const inFlight = new CallsInFlight();
    const listeners = await openListeners(config, { log, deps, health, inFlight });
    const addresses = listeners.map((listener) => listener.address);
    log.info({ addresses }, "serving");
    return { addresses, drain: () => drain(config, { log, health, listeners, inFlight, closeAll }) };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

type Deps = ServicesDeps & Parameters<typeof confirmHeldCaptures>[0];

interface Edges {
  readonly pool: Pool;
  readonly http: MerchantHttp;
  readonly log: Logger;
  readonly parts: Partial<Parts>;
}

function makeDeps(config: Config, { pool, http, log, parts }: Edges): Deps {
  const shop = shopReader(pool);
  const registry = new ServiceRegistry({
    shop,
    overrideOf: config.overrideOf,
    ttlMs: config.settingsTtlMs,
    nowMs: () => performance.now(),
    onFault: (fault) => log.error({ fault }, "settings of a pay system"),
  });
  const services = serviceStore(pool);
  const newToken = () => randomBytes(TOKEN_BYTES).toString("base64url");
  return {
    registry,
    shop,
    store: callbackStore(pool),
    services,
    orderUpdates: orderUpdateStore(pool, (error, orderUpdateId) =>
      log.warn({ err: error, orderUpdateId }, "an order update could not be handed out"),
    ),
    invoices: invoiceStore(pool),
    payments: paymentReader(pool),
    held: heldCaptureStore(pool),
    click: merchantApi(http),
    payUrl: config.payUrl,
    newToken,
    cardPassFiscal: {
      ...{ registry, shop, services, newToken },
      charges: chargeStore(pool),
      fiscal: fiscalStore(pool),
      click: callsNotBuilt,
      paidByClick: leftToReconciliation,
      ...parts,
    },
  };
}

async function checkDatabase(config: Config, { pool, deps }: { pool: Pool; deps: Deps }): Promise<void> {
  const missing = await missingMigrations(pool);
  if (missing.length > 0)
    throw new Error(`the database lacks ${missing.join(", ")}: run \`click-bridge migrate\` first`);
  const refusal = await refusesWrites(pool);
  if (refusal !== undefined) throw new Error(refusal);
  for (const [serviceId, fixed] of await deps.services.references()) {
    const { reference } = config.overrideOf(serviceId);
    if (reference === fixed) continue;
    // Links and attempts that are out there carry the old reference, and would aim at other orders.
    throw new Error(`service ${serviceId} began with the reference ${fixed}; ${reference} cannot replace it now`);
  }
}

interface ListenersDeps {
  readonly log: Logger;
  readonly deps: Deps;
  readonly health: HealthImplementation;
  readonly inFlight: CallsInFlight;
}

async function openListeners(config: Config, { log, deps, health, inFlight }: ListenersDeps): Promise<Listener[]> {
  const listeners: Listener[] = [];
  try {
    for (const address of config.listen) {
      const authorize = authorizer(config.tokens, address.kind === "unix" ? FRONT : undefined);
      const register: Parameters<typeof listen>[2] = (server) =>
        addServices(server, { log, authorize, inFlight }, deps, { health, reflection: config.reflection });
      listeners.push(await listen(address, config, register));
    }
    return listeners;
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.stop(Promise.resolve())));
    throw error;
  }
}

interface DrainDeps {
  readonly log: Logger;
  readonly health: HealthImplementation;
  readonly listeners: readonly Listener[];
  readonly inFlight: CallsInFlight;
  readonly closeAll: () => Promise<void>;
}

async function drain(
  { drainTimeoutMs }: Config,
  { log, health, listeners, inFlight, closeAll }: DrainDeps,
): Promise<void> {
  log.info({ inFlight: inFlight.count }, "draining");
  health.setStatus("", "NOT_SERVING");
  inFlight.close();
  const cut = within(drainTimeoutMs, inFlight.idle()).then(() => sleep(LAST_BYTES_MS));
  await Promise.all(listeners.map((listener) => listener.stop(cut)));
  if (inFlight.count > 0) log.warn({ inFlight: inFlight.count }, "calls were cut: the drain took too long");
  await within(CLOSE_TIMEOUT_MS, closeAll());
  log.info("drained");
}

/** Settles when the work does, or after a while. */
async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([work, sleep(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
}

/** Years before the last one, for a table of this size takes a night to change. */
async function warnOfAttemptIds(pool: Pool, log: Logger): Promise<void> {
  const last = await lastAttemptId(pool);
  if (last > ATTEMPT_ID_MAX / 2) {
    log.warn({ lastAttemptId: last, attemptIdMax: ATTEMPT_ID_MAX }, "more than half of the attempt ids are used up");
  }
}

function warnOfWeakSettings(config: Config, log: Logger): void {
  for (const serviceId of config.legacyServices) {
    log.warn({ serviceId }, "dialect legacy: one hash signs Prepare and Complete; orders wait for payment/status");
  }
  if (config.trustedNetwork)
    log.warn("plaintext is allowed outside the loopback: the configuration trusts the network");
  const tcp = config.listen.some((address) => address.kind !== "unix");
  if (tcp && config.tokens.length === 0) log.warn("no tokens are configured: every call over TCP will be refused");
}
