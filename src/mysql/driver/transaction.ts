import { setTimeout as sleep } from "node:timers/promises";
import { FailureError } from "../../payment/failure.ts";
import type { Connection } from "./connection.ts";
import { isMiss, isOutOfConnections, isRace, isUnready } from "./database-error.ts";
import type { Pool } from "./pool.ts";
import type { Statement, StatementResult } from "./statement.ts";

/** After this the caller hears UNAVAILABLE; Click, the module and the agent all come back by themselves. */
const RETRY_BUDGET_MS = 3_000;
const RETRY_PAUSE_MS_MAX = 30;
/** A list with filters may have to read many rows of a shop of years. */
const SEARCH_TIMEOUT_MS = 4_000;

/** What a transaction wants written. Without writes it is rolled back. */
export interface Decision<T> {
  readonly writes: readonly Statement[];
  /** Gets the results of the writes, in their order, after the COMMIT. */
  readonly value: T | ((written: readonly StatementResult[]) => T);
}

/** The open transaction: reads and locks. */
export interface Transaction {
  run(...statements: readonly Statement[]): Promise<StatementResult[]>;
}

/** Thrown in a transaction whose first reading turned out old once it had its locks, or by the time of its writes. */
export class StaleReadError extends Error {}

/** The server rolled back, or committed, on its way and said so to nobody: what was read and written is one transaction no more. */
class LostTransactionError extends Error {}

/**
 * One transaction, one function, no network inside: `decide` locks, reads, and says what to write; the writes and the COMMIT go out
 * in one round trip. After a lost race (deadlock, lock wait, certification failure, duplicate) the whole function runs anew,
 * within RETRY_BUDGET_MS or what is said instead; so it must do nothing else.
 * When the connection breaks during COMMIT the outcome is unknown, and the next run finds out by reading.
 */
export function inTransaction<T>(
  pool: Pool,
  decide: (tx: Transaction) => Promise<Decision<T>>,
  { budgetMs = RETRY_BUDGET_MS }: { readonly budgetMs?: number } = {},
): Promise<T> {
  return withRetries(budgetMs, (left) => once(pool, left, decide));
}

/** Reads outside a transaction, with the same patience and the same failure. */
export function read(pool: Pool, ...statements: readonly Statement[]): Promise<StatementResult[]> {
  return withRetries(RETRY_BUDGET_MS, (left) => pool.runWithin(left, statements));
}

/** The same for a search that may take long: at most SEARCH_TIMEOUT_MS, which leaves no time for a second one. */
export function search(pool: Pool, query: Statement): Promise<StatementResult[]> {
  return withRetries(RETRY_BUDGET_MS, ({ acquireMs }) =>
    pool.runWithin({ acquireMs, statementMs: SEARCH_TIMEOUT_MS }, [query]),
  );
}

/** What one try may take: no wait may be longer than what is left, or the caller would never hear UNAVAILABLE in time. */
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
      // The last wait for a connection may be cut short, and its error then tells less than the one before.
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
 * Behind a write that must match, in one packet with COMMIT, where nobody can look at its count in time: when it matched nothing this is an
 * error, and the server does not come to the COMMIT.
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
    // A connection that stopped answering would keep a ROLLBACK waiting behind the lost statement for ever.
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

  /** Each answer tells whether the transaction is still open, which costs nothing to look at. */
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

/** A connection that cannot even roll back is not given to anybody else. */
async function rollBack(pool: Pool, connection: Connection): Promise<void> {
  try {
    await connection.run([ROLLBACK]);
    pool.release(connection);
  } catch {
    pool.discard(connection);
  }
}
