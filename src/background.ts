import type { Logger } from "pino";
import { numberEvents, purgeEvents } from "./app/events/number-events.ts";
import { watchForRewind } from "./app/instance/watch-for-rewind.ts";
import { confirmHeldCaptures } from "./app/orders/confirm-held-captures.ts";
import { personalDataWiper } from "./app/payments/wipe-personal-data.ts";
import { reconcile } from "./app/reconcile/reconcile.ts";
import { RequestBudget } from "./app/reconcile/request-budget.ts";
import type { Config } from "./config.ts";
import type { Deps } from "./deps.ts";
import type { Pool } from "./mysql/driver/pool.ts";
import { ATTEMPT_ID_MAX, lastAttemptId } from "./mysql/driver/server-checks.ts";
import { type PeriodicTask, startPeriodicTask } from "./periodic-task.ts";

const CONFIRM_INTERVAL_MS = 5_000;
const ATTEMPT_IDS_INTERVAL_MS = 60 * 60_000;
/** A watcher gets an event after at most two intervals: one to number it, one until its replica reads it. */
const EVENTS_INTERVAL_MS = 300;
const PURGE_INTERVAL_MS = 60_000;
const RECONCILE_INTERVAL_MS = 60_000;
/** After this long the service knows that another installation has adopted its database. */
const INSTANCE_INTERVAL_MS = 10_000;
const REWIND_INTERVAL_MS = 10_000;
const NOT_ADOPTED_INTERVAL_MS = 60 * 60_000;

interface BackgroundDeps {
  readonly log: Logger;
  readonly deps: Deps;
  readonly pool: Pool;
}

/** The periodic tasks of the service. */
export function startBackground(config: Config, { log, deps, pool }: BackgroundDeps): readonly PeriodicTask[] {
  const budget = new RequestBudget(config.reconcileRequestsPerMinute);
  const failed = (what: string) => (error: unknown) => log.error({ err: error }, `${what} failed`);
  return [
    startPeriodicTask(() => confirmHeldCaptures(deps), CONFIRM_INTERVAL_MS, failed("confirming held captures")),
    startPeriodicTask(
      () => warnOfAttemptIds(pool, log),
      ATTEMPT_IDS_INTERVAL_MS,
      failed("looking for the last attempt id"),
    ),
    startPeriodicTask(() => deps.instance.refresh(), INSTANCE_INTERVAL_MS, failed("looking whose the database is")),
    startPeriodicTask(
      () => tellNotAdopted(log, deps),
      NOT_ADOPTED_INTERVAL_MS,
      failed("looking whose the database is"),
    ),
    startPeriodicTask(
      () => lookForRewind(log, deps),
      REWIND_INTERVAL_MS,
      failed("looking whether the database went back"),
    ),
    startPeriodicTask(() => numberEvents(deps), EVENTS_INTERVAL_MS, failed("numbering events")),
    startPeriodicTask(() => purgeEvents(deps, config.eventRetentionDays), PURGE_INTERVAL_MS, failed("purging events")),
    startPeriodicTask(
      personalDataWiper(deps, config.personalDataDays),
      PURGE_INTERVAL_MS,
      failed("wiping personal data"),
    ),
    startPeriodicTask(
      () => reconcileOnce({ config, budget }, log, deps),
      RECONCILE_INTERVAL_MS,
      failed("reconciliation"),
    ),
  ];
}

/** Runs on the replica that holds the lease. The lease saves work; correctness does not depend on it. */
async function reconcileOnce(
  { config, budget }: { readonly config: Config; readonly budget: RequestBudget },
  log: Logger,
  deps: Deps,
): Promise<void> {
  if (config.reconcileRequestsPerMinute === 0 || !(await deps.reconcileLease.tryAcquire())) return;
  budget.refill();
  const findings = await reconcile(deps, budget);
  for (const finding of findings) {
    if (finding.outcome === "UNCHANGED") log.debug(finding, "reconciliation");
    else log.info(finding, "reconciliation");
  }
}

/** Runs before the first answer and then periodically, because a failover can lose the last commits while the service runs. */
export async function lookForRewind(log: Logger, deps: Deps): Promise<void> {
  if (!(await watchForRewind(deps))) return;
  log.error(
    "the database has gone back in time: numbers go on far ahead, another epoch of events has begun, and Click is asked about what may be lost",
  );
}

/** This log line shows a copy of the shop, or a moved shop that was not adopted. */
async function tellNotAdopted(log: Logger, { instance }: Deps): Promise<void> {
  if (await instance.isAdopted()) return;
  log.error(
    { instance: instance.name },
    "the database belongs to another installation: no money is moved and no order is marked, until `click-bridge adopt`",
  );
}

/** Warns years before the last id, because a table of this size takes a night to alter. */
async function warnOfAttemptIds(pool: Pool, log: Logger): Promise<void> {
  const last = await lastAttemptId(pool);
  if (last > ATTEMPT_ID_MAX / 2) {
    log.warn({ lastAttemptId: last, attemptIdMax: ATTEMPT_ID_MAX }, "more than half of the attempt ids are used up");
  }
}
