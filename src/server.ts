import { setTimeout as sleep } from "node:timers/promises";
import type { Server } from "@grpc/grpc-js";
import type { Logger } from "pino";
import { lookForRewind, startBackground } from "./background.ts";
import { MerchantHttp } from "./click/merchant-http.ts";
import type { Config } from "./config.ts";
import { watchDatabase } from "./database-watch.ts";
import { type Deps, makeDeps, type Parts } from "./deps.ts";
import { admission } from "./grpc/server/admission.ts";
import { CallsInFlight } from "./grpc/server/calls-in-flight.ts";
import { Health } from "./grpc/server/health.ts";
import { type Listener, listen, refuseAddress } from "./grpc/server/listener.ts";
import { authenticator, authorizer, MODULE } from "./grpc/server/tokens.ts";
import { addServices } from "./grpc/services/services.ts";
import { refuseJsonAddress } from "./json/listener.ts";
import type { Json } from "./json/open.ts";
import { Pool } from "./mysql/driver/pool.ts";
import { refusesWrites } from "./mysql/driver/server-checks.ts";
import { missingMigrations } from "./mysql/migrations/missing-migrations.ts";

export interface RunningService {
  /** As configured, with the ports that were bound. */
  readonly addresses: readonly string[];
  readonly jsonAddresses: readonly string[];
  /** Sets health to NOT_SERVING, refuses new calls, lets running calls finish, then closes everything. Limited in time. */
  drain(): Promise<void>;
}

/** Time for answers and for NOT_SERVING to reach clients, before open streams are cut. */
const LAST_BYTES_MS = 250;
/** An unreachable database must not block the exit. */
const CLOSE_TIMEOUT_MS = 3_000;

/** Starts the service. When configuration and database do not match, stops everything and throws. */
export async function start(config: Config, log: Logger, parts: Partial<Parts> = {}): Promise<RunningService> {
  warnOfWeakSettings(config, log);
  for (const address of config.listen) {
    const refusal = refuseAddress(address, config);
    if (refusal !== undefined) throw new Error(refusal);
  }
  for (const address of config.jsonListen) {
    const refusal = refuseJsonAddress(address, config.tls);
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
    await deps.instance.refresh();
    await lookForRewind(log, deps);
    const health = new Health();
    const inFlight = new CallsInFlight();
    const tellHealth = (isThere: boolean) => {
      if (!inFlight.draining.aborted) health.setAll(isThere ? "SERVING" : "NOT_SERVING");
    };
    const rounds = parts.withoutRounds
      ? []
      : [...startBackground(config, { log, deps, pool }), watchDatabase(pool, log, tellHealth)];
    closing.push(
      // Without a database the leases expire.
      async () =>
        void (await Promise.all(
          [deps.eventLease, deps.reconcileLease].map((lease) => lease.release().catch(() => undefined)),
        )),
      async () => void (await Promise.all(rounds.map((one) => one.stop()))),
    );
    const listeners = await openListeners(config, { log, deps, health, inFlight });
    const addresses = listeners.grpc.map((listener) => listener.address);
    const jsonAddresses = listeners.json.addresses;
    log.info({ addresses, jsonAddresses }, "serving");
    return { addresses, jsonAddresses, drain: () => drain(config, { log, health, listeners, inFlight, closeAll }) };
  } catch (error) {
    await closeAll();
    throw error;
  }
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
    // Existing links and attempts have the old kind of reference and would match other orders.
    throw new Error(`service ${serviceId} began with the reference ${fixed}; ${reference} cannot replace it now`);
  }
}

interface ListenersDeps {
  readonly log: Logger;
  readonly deps: Deps;
  readonly health: Health;
  readonly inFlight: CallsInFlight;
}

interface Listeners {
  readonly grpc: readonly Listener[];
  readonly json: Json;
}

const NO_JSON: Json = { addresses: [], stop: async () => undefined };

async function openListeners(config: Config, listenersDeps: ListenersDeps): Promise<Listeners> {
  const { log, health } = listenersDeps;
  const listeners: Listener[] = [];
  try {
    for (const address of config.listen) {
      const { admit, register } = behindTokens(config, address.kind === "unix" ? MODULE : undefined, listenersDeps);
      listeners.push(await listen(address, { ...config, admit }, register));
    }
    const { tls, reflection: tellsContract } = config;
    if (config.jsonListen.length === 0) return { grpc: listeners, json: NO_JSON };
    // Loaded only where it is used: it would be a tenth of the memory and a quarter of the start of every service.
    const { openJson } = await import("./json/open.ts");
    const json = await openJson(config.jsonListen, {
      ...behindTokens(config, undefined, listenersDeps),
      ...{ log, tls, tellsContract, isServing: () => health.isServing },
    });
    return { grpc: listeners, json };
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.stop(Promise.resolve())));
    throw error;
  }
}

/** Options of a listener that checks tokens. `anonymous`: the caller without a token. */
function behindTokens(
  config: Config,
  anonymous: typeof MODULE | undefined,
  { log, deps, health, inFlight }: ListenersDeps,
) {
  const authenticate = authenticator(config.tokens, anonymous);
  const authorize = authorizer(config.tokens, anonymous);
  return {
    authenticate,
    admit: admission(authenticate, log),
    register: (server: Server) =>
      addServices(server, { log, authorize, inFlight }, deps, { health, reflection: config.reflection }),
  };
}

interface DrainDeps {
  readonly log: Logger;
  readonly health: Health;
  readonly listeners: Listeners;
  readonly inFlight: CallsInFlight;
  readonly closeAll: () => Promise<void>;
}

async function drain(
  { drainTimeoutMs }: Config,
  { log, health, listeners, inFlight, closeAll }: DrainDeps,
): Promise<void> {
  log.info({ inFlight: inFlight.count }, "draining");
  health.setAll("NOT_SERVING");
  inFlight.close();
  const cut = within(drainTimeoutMs, inFlight.idle()).then(() => sleep(LAST_BYTES_MS));
  await Promise.all([...listeners.grpc, listeners.json].map((listener) => listener.stop(cut)));
  if (inFlight.count > 0) log.warn({ inFlight: inFlight.count }, "calls were cut: the drain took too long");
  await within(CLOSE_TIMEOUT_MS, closeAll());
  log.info("drained");
}

/** Settles with the work, or after the timeout. */
async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([work, sleep(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
}

function warnOfWeakSettings(config: Config, log: Logger): void {
  for (const weakness of config.weakSettings) log.warn(weakness);
  for (const serviceId of config.legacyServices) {
    log.warn({ serviceId }, "dialect legacy: one hash signs Prepare and Complete; orders wait for payment/status");
  }
  if (config.trustedNetwork)
    log.warn("plaintext is allowed outside the loopback: the configuration trusts the network");
  const tcp = [...config.listen, ...config.jsonListen].some((address) => address.kind !== "unix");
  if (tcp && config.tokens.length === 0) log.warn("no tokens are configured: every call over TCP will be refused");
}
