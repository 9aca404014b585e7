import { setTimeout as sleep } from "node:timers/promises";
import { FailureError } from "../../payment/failure.ts";
import type { Connection } from "./connection.ts";
import { isMiss, isOutOfConnections, isRace, isUnready } from "./database-error.ts";
import type { Pool } from "./pool.ts";
import type { Statement, StatementResult } from "./statement.ts";

/** After this the caller gets UNAVAILABLE; Click, the module and the agent all retry. */
const RETRY_BUDGET_MS = 3_000;
const RETRY_PAUSE_MS_MAX = 30;
/** A list with filters may have to read many rows. */
const SEARCH_TIMEOUT_MS = 4_000;

/** The writes of a transaction. Without writes it is rolled back. */
export interface Decision<T> {
  readonly writes: readonly Statement[];
  /** A function gets the results of the writes, in order, after the COMMIT. */
  readonly value: T | ((written: readonly StatementResult[]) => T);
}

/** The open transaction: reads and locks. */
export interface Transaction {
  run(...statements: readonly Statement[]): Promise<StatementResult[]>;
}

/** Thrown when a row read before the locks, or before the writes, has changed. */
export class StaleReadError extends Error {}

/** The server silently rolled back or committed in between, so that reads and writes are no longer one transaction. */
class LostTransactionError extends Error {}

/**
 * Runs one transaction: `decide` locks, reads and returns the writes; the writes and the COMMIT are sent in one round trip. After a lost
 * race (deadlock, lock wait, certification failure, duplicate) the whole function is retried within RETRY_BUDGET_MS or the given budget, so
 * `decide` must have no other side effect. If the connection breaks during COMMIT, the result is unknown, and the retry reads it.
 */
export function inTransaction<T>(
  pool: Pool,
  decide: (tx: Transaction) => Promise<Decision<T>>,
  { budgetMs = RETRY_BUDGET_MS }: { readonly budgetMs?: number } = {},
): Promise<T> {
  return withRetries(budgetMs, (left) => once(pool, left, decide));
}

/** Reads outside a transaction, with the same retries and the same failure. */
export function read(pool: Pool, ...statements: readonly Statement[]): Promise<StatementResult[]> {
  return withRetries(RETRY_BUDGET_MS, (left) => pool.runWithin(left, statements));
}

/** The same for a slow search: at most SEARCH_TIMEOUT_MS, which leaves no time for a retry. */
export function search(pool: Pool, query: Statement): Promise<StatementResult[]> {
  return withRetries(RETRY_BUDGET_MS, ({ acquireMs }) =>
    pool.runWithin({ acquireMs, statementMs: SEARCH_TIMEOUT_MS }, [query]),
  );
}

/** The time left for one try: no wait may be longer, so that the caller gets UNAVAILABLE in time. */
interface Left {
  readonly acquireMs: number;
  readonly patienceMs: number;
}

async function withRetries<T>(budgetMs: number, work: (left: Left) => Promise<T>): Promise<T> {
  const startMs = performance.now();
  let cause: unknown;
  for (;;) {
    try {
      const passedMs = performance.now() - startMs;
      return await work({ acquireMs: Math.max(0, budgetMs - passedMs), patienceMs: RETRY_BUDGET_MS - passedMs });
    } catch (error) {
      const isOurs = error instanceof StaleReadError || error instanceof LostTransactionError;
      const retriable = isRace(error) || isUnready(error) || isOurs;
      if (!retriable) throw error;
      // The last wait for a connection may be cut short; then the previous error tells more.
      if (cause === undefined || !isOutOfConnections(error)) cause = error;
      if (performance.now() - startMs > budgetMs) throw new FailureError({ reason: "DATABASE_UNAVAILABLE" }, { cause });
      await sleep(Math.random() * RETRY_PAUSE_MS_MAX);
    }
  }
}

const BEGIN: Statement = { sql: "START TRANSACTION", values: [] };
const COMMIT: Statement = { sql: "COMMIT", values: [] };
const ROLLBACK: Statement = { sql: "ROLLBACK", values: [] };
/**
 * Sent after a compare-and-set in the same packet as COMMIT, where we cannot check the count in time: when the write matched no row, this
 * statement fails, and the server does not reach the COMMIT.
 */
const GUARD: Statement = {
  sql: "SET @clickbridge_matched = (SELECT 1 UNION ALL SELECT 2 FROM DUAL WHERE ROW_COUNT() < 1)",
  values: [],
};

async function once<T>(pool: Pool, left: Left, decide: (tx: Transaction) => Promise<Decision<T>>): Promise<T> {
  const connection = await pool.acquire(left.acquireMs);
  const transaction = new OpenTransaction(connection, connection.timeoutWithin(left.patienceMs));
  try {
    const { writes, value } = await decide(transaction);
    const written = await transaction.end(writes);
    pool.release(connection);
    return typeof value === "function" ? (value as (written: readonly StatementResult[]) => T)(written) : value;
  } catch (error) {
    // On a connection that stopped answering, a ROLLBACK would wait for ever behind the lost statement.
    if (isUnready(error)) pool.discard(connection);
    else await rollBack(pool, connection);
    throw error;
  }
}

class OpenTransaction implements Transaction {
  readonly #connection: Connection;
  readonly #timeoutMs: number;
  #begun = false;

  constructor(connection: Connection, timeoutMs: number) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
  }

  async run(...statements: readonly Statement[]): Promise<StatementResult[]> {
    if (this.#begun) return this.#send(statements);
    this.#begun = true;
    return (await this.#send([BEGIN, ...statements])).slice(1);
  }

  async end(writes: readonly Statement[]): Promise<StatementResult[]> {
    if (writes.length > 0) return this.#commit(writes);
    if (this.#begun) await this.#connection.run([ROLLBACK]);
    return [];
  }

  async #commit(writes: readonly Statement[]): Promise<StatementResult[]> {
    const { sendsAlone } = this.#connection;
    const guarded = writes.flatMap((write) => (write.mustMatch && !sendsAlone ? [write, GUARD] : [write]));
    try {
      const results = await this.run(...guarded, COMMIT);
      return results.filter((_, at) => at < guarded.length && guarded[at] !== GUARD);
    } catch (error) {
      throw isMiss(error) ? new StaleReadError("a write did not find what it expected", { cause: error }) : error;
    }
  }

  /** Each answer tells, at no cost, whether the transaction is still open. */
  async #send(statements: readonly Statement[]): Promise<StatementResult[]> {
    const results: StatementResult[] = [];
    for (const packet of this.#connection.packetsOf(statements)) {
      const answers = await this.#connection.run(packet, this.#timeoutMs);
      const isLost = answers.some(({ isInTransaction }, at) => isInTransaction === false && packet[at] !== COMMIT);
      if (isLost) throw new LostTransactionError("the transaction ended by itself");
      const isMissed = answers.some(({ matchedCount }, at) => packet[at]?.mustMatch && matchedCount === 0);
      if (isMissed) throw new StaleReadError("a write did not find what it expected");
      results.push(...answers);
    }
    return results;
  }
}

/** A connection that cannot roll back is closed. */
async function rollBack(pool: Pool, connection: Connection): Promise<void> {
  try {
    await connection.run([ROLLBACK]);
    pool.release(connection);
  } catch {
    pool.discard(connection);
  }
}
