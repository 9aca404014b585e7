import { FailureError } from "../../payment/failure.ts";
import type { CertificationStore } from "../callbacks/certification.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";
import type { ShopReader } from "../services/shop-reader.ts";
import { type CallbackUrls, callbackComplete, callbackHttps, callbackPrepare } from "./callbacks.ts";
import { click } from "./click.ts";
import { currency, currencyFormat, currencyRestriction } from "./currency.ts";
import {
  binlogFormat,
  databaseHosts,
  databaseVersion,
  durability,
  grants,
  instance,
  migrations,
  shopTables,
} from "./database.ts";
import { type ClickProbe, NotReadable, type SetupReader, type ShopModule } from "./ports.ts";
import { settings, sharedKeys } from "./settings.ts";
import { about, CHECK_IDS, type CheckId, type SetupCheck } from "./setup-check.ts";
import { testMode } from "./test-mode.ts";
import { anomalies, lastCallbacks, orderUpdates } from "./work.ts";

export interface CheckSetupDeps {
  readonly setup: SetupReader;
  readonly registry: ServiceRegistry;
  readonly shop: Pick<ShopReader, "paySystems">;
  readonly module: ShopModule;
  readonly clickProbe: ClickProbe;
  readonly certification: Pick<CertificationStore, "isAnOrders">;
  /** Name of this installation; empty when not set. */
  readonly instanceName: string;
  /** Settings that are weaker than necessary. */
  readonly weakSettings: readonly string[];
  readonly now: () => Date;
}

/**
 * Runs all checks and changes nothing. A check that cannot run is UNKNOWN and does not stop the others.
 * `service`: checks of the service itself, which the caller supplies.
 */
export async function checkSetup(
  deps: CheckSetupDeps,
  asked: { readonly service: readonly SetupCheck[]; readonly urls: CallbackUrls | undefined },
): Promise<readonly SetupCheck[]> {
  const found = [...asked.service, ...configuration(deps.weakSettings), ...(await checksOf(deps, asked.urls))];
  const place = (check: SetupCheck) => CHECK_IDS.indexOf(check.id);
  return found.sort((a, b) => place(a) - place(b));
}

async function checksOf(deps: CheckSetupDeps, urls: CallbackUrls | undefined): Promise<readonly SetupCheck[]> {
  const database = await reachable(deps.setup);
  if (database.status !== "OK") {
    const rest = CHECK_IDS.filter((id) => !WITHOUT_DATABASE.includes(id));
    const unknown = rest.map((id) => about(id).unknown("the database does not answer", ""));
    return [database, callbackHttps(urls), ...unknown];
  }
  const { setup } = deps;
  const all = await Promise.all([
    guarded("database_version", () => databaseVersion(setup)),
    guarded("migrations", () => migrations(setup)),
    guarded("database_grants", () => grants(setup)),
    guarded("shop_tables", () => shopTables(setup)),
    guarded("durability", () => durability(setup)),
    guarded("binlog_format", () => binlogFormat(setup)),
    guarded("instance", () => instance(setup, deps.instanceName)),
    guarded("order_updates", () => orderUpdates(setup)),
    guarded("anomalies", () => anomalies(setup)),
    guarded("currency", () => currency(setup)),
    guarded("currency_format", () => currencyFormat(setup)),
    guarded("currency_restriction", () => currencyRestriction(setup)),
    guarded(OF_SERVICES, () => checksOfServices(deps, urls)),
  ]);
  return [database, callbackHttps(urls), ...all.flat()];
}

/** Checks that need no database, or report on it themselves. */
const WITHOUT_DATABASE: readonly CheckId[] = [
  "service",
  "module_version",
  "configuration",
  "database",
  "callback_https",
];

function configuration(weakSettings: readonly string[]): readonly SetupCheck[] {
  const check = about("configuration");
  if (weakSettings.length === 0) return [check.ok("no setting is weaker than it has to be")];
  return weakSettings.map((weakness) => check.warning(weakness, "see docs/settings.md"));
}

async function reachable(setup: SetupReader): Promise<SetupCheck> {
  const check = about("database");
  try {
    await setup.version();
    return databaseHosts(await setup.hosts());
  } catch (error) {
    const remedy =
      "see that the server runs and that CLICKBRIDGE_DATABASE_URL names it, its user and the shop's database";
    return check.fault(`it does not answer: ${reasonOf(error)}`, remedy);
  }
}

const OF_SERVICES: readonly CheckId[] = [
  ...(["settings", "shared_key", "test_mode", "callback_prepare", "callback_complete"] as const),
  ...(["click_api", "click_clock", "last_callback"] as const),
];

/** Checks that need the services. Settings are read again, because an admin looks here after changing them. */
async function checksOfServices(deps: CheckSetupDeps, urls: CallbackUrls | undefined): Promise<readonly SetupCheck[]> {
  const { registry, shop, setup, module, clickProbe, certification, now } = deps;
  await registry.reread();
  const services = await registry.all();
  const probe = { module, now };
  const groups = await Promise.all([
    settings(services, await shop.paySystems()),
    sharedKeys(services),
    guarded("test_mode", () => testMode({ certification, now }, services, urls)),
    guarded("callback_prepare", () => callbackPrepare(probe, services, urls)),
    guarded("callback_complete", () => callbackComplete(probe, services, urls)),
    guarded("click_api", () => click(clickProbe, services)),
    guarded("last_callback", () => lastCallbacks(setup, services)),
  ]);
  return groups.flat();
}

async function guarded(
  ids: CheckId | readonly CheckId[],
  look: () => Promise<SetupCheck | readonly SetupCheck[]>,
): Promise<readonly SetupCheck[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    const message = `it could not be looked at: ${reasonOf(error)}`;
    return [ids].flat().map((id) => about(id).unknown(message, "see the check database_grants"));
  }
}

/** Bugs are thrown again. For a failure caused by the database, returns the database's error, which has the hosts and their answers. */
function reasonOf(error: unknown): string {
  if (error instanceof FailureError && error.cause instanceof NotReadable) return error.cause.message;
  if (error instanceof NotReadable || error instanceof FailureError) return error.message;
  throw error;
}
