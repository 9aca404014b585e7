import type { Logger } from "pino";
import type { Pool } from "./mysql/driver/pool.ts";
import { statement } from "./mysql/driver/statement.ts";
import { type PeriodicTask, startPeriodicTask } from "./periodic-task.ts";

/** A failover of a cluster, or a restart of the server, is no reason to send callers away. */
const AWAY_MS = 5_000;
const LOOK_INTERVAL_MS = 1_000;
const CONNECTION_WAIT_MS = 2_000;

/**
 * Tells when the database has not answered anybody for AWAY_MS, and when it answers again. Under load the callers' own statements say
 * enough, and it is asked nothing: that no connection is free for a question is not yet a database that is away.
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

/** The error, if it does not answer. */
async function ask(pool: Pool): Promise<unknown> {
  try {
    await pool.runWithin({ acquireMs: CONNECTION_WAIT_MS }, [statement("SELECT 1")]);
    return undefined;
  } catch (error) {
    return error;
  }
}
