import { Pool as Tarn } from "tarn";
import type { Connection } from "./connection.ts";
import { DatabaseError, isUnready } from "./database-error.ts";
import { readDatabaseUrl } from "./database-url.ts";
import { Hosts } from "./hosts.ts";
import type { Statement, StatementResult } from "./statement.ts";

export interface PoolOptions {
  /** In the format of readDatabaseUrl. */
  readonly url: string;
  readonly connectionsMax: number;
}

const ACQUIRE_TIMEOUT_MS = 3_000;
const WAITING_CALLERS_MAX = 2_000;
const RETRY_PAUSE_MS = 10;
const REAP_INTERVAL_MS = 60_000;

/** Time limits of a batch outside a transaction. */
interface Bounds {
  /** Limit of the wait for a connection. */
  readonly acquireMs?: number;
  /** The time that the caller has left in total. */
  readonly patienceMs?: number;
  /** Replaces the default limit, for statements that read many rows. */
  readonly statementMs?: number;
}

/** Connections with our session settings to one server that accepts writes. */
export class Pool {
  readonly #hosts: Hosts;
  readonly #pool: Tarn<Connection>;
  #lastAnswerMs = performance.now();
  #isClosed = false;

  constructor({ url, connectionsMax }: PoolOptions) {
    this.#hosts = new Hosts(readDatabaseUrl(url), (connection, error) => this.#hear(connection, error));
    this.#pool = new Tarn<Connection>({
      create: () => this.#hosts.open(),
      validate: (connection) => connection.isOpen && this.#hosts.has(connection),
      destroy: (connection) => connection.end(),
      propagateCreateError: true,
      createRetryIntervalMillis: RETRY_PAUSE_MS,
      acquireTimeoutMillis: ACQUIRE_TIMEOUT_MS,
      reapIntervalMillis: REAP_INTERVAL_MS,
      // Opened when needed, and kept.
      min: connectionsMax,
      max: connectionsMax,
    });
  }

  /** Time since the last answer of the database, or since the start. */
  get silentMs(): number {
    return performance.now() - this.#lastAnswerMs;
  }

  /** Connects to each server of the URL and returns its fault; undefined for a usable one. */
  look(): Promise<ReadonlyMap<string, string | undefined>> {
    return this.#hosts.look();
  }

  /** Takes a connection within the timeout. The caller returns it with `release` or `discard`. */
  async acquire(timeoutMs = ACQUIRE_TIMEOUT_MS): Promise<Connection> {
    if (this.#isClosed) throw new DatabaseError({ code: "POOL_CLOSED" });
    if (this.#pool.numPendingAcquires() >= WAITING_CALLERS_MAX) throw new DatabaseError({ code: "POOL_QUEUE_LIMIT" });
    const waiting = this.#pool.acquire();
    const timer = setTimeout(() => waiting.reject(noConnection()), timeoutMs);
    try {
      return await waiting.promise;
    } catch (error) {
      throw error instanceof DatabaseError ? error : noConnection();
    } finally {
      clearTimeout(timer);
    }
  }

  release(connection: Connection): void {
    this.#pool.release(connection);
  }

  /** Returns a connection that is no longer usable. */
  discard(connection: Connection): void {
    connection.destroy();
    this.#pool.release(connection);
  }

  /** Runs statements outside any transaction, in one round trip. */
  run(...statements: readonly Statement[]): Promise<StatementResult[]> {
    return this.runWithin({}, statements);
  }

  /** The same with other time limits. */
  async runWithin(
    { acquireMs, patienceMs = ACQUIRE_TIMEOUT_MS, statementMs }: Bounds,
    statements: readonly Statement[],
  ): Promise<StatementResult[]> {
    const connection = await this.acquire(acquireMs);
    try {
      const results = await connection.run(statements, statementMs ?? connection.timeoutWithin(patienceMs));
      this.release(connection);
      return results;
    } catch (error) {
      this.discard(connection);
      throw error;
    }
  }

  /** Waits until no connection is in use. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pool.destroy();
  }

  #hear(connection: Connection, error: DatabaseError | undefined): void {
    if (!this.#hosts.has(connection)) return;
    if (error === undefined || !isUnready(error)) this.#lastAnswerMs = performance.now();
    else this.#hosts.hear(connection, error);
  }
}

/** Made when it is thrown and not before: an error collects a stack, and callbacks are dearer by a thirtieth. */
function noConnection(): DatabaseError {
  return new DatabaseError({ code: "POOL_NO_CONNECTION" });
}
