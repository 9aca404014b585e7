import type { Logger } from "pino";
import type { Pool } from "./mysql/driver/pool.ts";
import { statement } from "./mysql/driver/statement.ts";
import { type PeriodicTask, startPeriodicTask } from "./periodic-task.ts";

/** Longer than a failover of a cluster or a restart of the server, which should not refuse callers. */
const AWAY_MS = 5_000;
const LOOK_INTERVAL_MS = 1_000;
const CONNECTION_WAIT_MS = 2_000;

/**
 * Reports when the database has not answered any statement for AWAY_MS, and when it answers again. Under load the callers' statements are
 * enough and nothing is sent: a pool without a free connection does not mean that the database is down.
 */
export function watchDatabase(pool: Pool, log: Logger, tell: (isThere: boolean) => void): PeriodicTask {
  let isThere = true;
  const look = async () => {
    const error = pool.silentMs < LOOK_INTERVAL_MS ? undefined : await ask(pool);
    const { silentMs } = pool;
    const wasThere = isThere;
    isThere = silentMs < AWAY_MS;
    if (isThere === wasThere) return;
    if (isThere) log.warn("the database answers again: health is SERVING");
    else log.error({ err: error, silentMs: Math.round(silentMs) }, "the database is away: health is NOT_SERVING");
    tell(isThere);
  };
  return startPeriodicTask(look, LOOK_INTERVAL_MS, (error) =>
    log.error({ err: error }, "looking for the database failed"),
  );
}

/** Returns the error when the database does not answer. */
async function ask(pool: Pool): Promise<unknown> {
  try {
    await pool.runWithin({ acquireMs: CONNECTION_WAIT_MS }, [statement("SELECT 1")]);
    return undefined;
  } catch (error) {
    return error;
  }
}
