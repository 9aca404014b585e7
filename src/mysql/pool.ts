import mysql from "mysql2";
import { DatabaseError } from "./database-error.ts";
import type { SqlValue, Statement, StatementResult } from "./statement.ts";

export interface PoolOptions {
  /** `mysql://user:password@host:port/database`, a socket as `?socketPath=`. */
  readonly url: string;
  readonly connectionsMax: number;
}

const CONNECT_TIMEOUT_MS = 2_000;
/**
 * For one batch of a callback or an applier: longer than the wait for a lock, and short enough that a connection which fell silent
 * leaves time in RETRY_BUDGET_MS for another one.
 */
const STATEMENT_TIMEOUT_MS = 1_200;
const WAITING_CALLERS_MAX = 2_000;
const LOCK_WAIT_SECONDS = 1;

/**
 * Strict, so that nothing is cut in silence; READ COMMITTED, so that what is read after a lock is what is there;
 * UTC; and short waits for locks, because the whole transaction is tried again.
 */
const SESSION = [
  "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00'," +
    ` innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}, autocommit = 1`,
];

/** Connections whose session is set up before anybody gets them. */
export class Pool {
  readonly #pool: mysql.Pool;
  readonly #ready = new WeakSet<object>();

  constructor({ url, connectionsMax }: PoolOptions) {
    const pool = mysql.createPool({
      uri: url,
      connectionLimit: connectionsMax,
      maxIdle: connectionsMax,
      queueLimit: WAITING_CALLERS_MAX,
      connectTimeout: CONNECT_TIMEOUT_MS,
      charset: "utf8mb4_general_ci",
      timezone: "Z",
      dateStrings: true,
      // BIGINT as text: a number would be rounded in silence above 2^53.
      supportBigNumbers: true,
      bigNumberStrings: true,
      // Statements go out in batches: a round trip costs more than the statement.
      multipleStatements: true,
      enableKeepAlive: true,
      // The driver sets aside half a megabyte a connection for prepared statements, of which we send none.
      maxPreparedStatements: 1,
    });
    this.#pool = pool;
  }

  /** A connection of the pool's. The caller releases it, or destroys it after an error of the connection. */
  async acquire(): Promise<Connection> {
    const raw = await this.#getConnection();
    const connection = new Connection(raw);
    if (!this.#ready.has(raw)) {
      await this.#setUp(connection).catch((error: unknown) => {
        connection.destroy();
        throw error;
      });
      this.#ready.add(raw);
    }
    return connection;
  }

  /** Runs statements outside any transaction, in one round trip. */
  run(...statements: readonly Statement[]): Promise<StatementResult[]> {
    return this.runWithin(STATEMENT_TIMEOUT_MS, statements);
  }

  /** The same, for statements that have more to read. */
  async runWithin(timeoutMs: number, statements: readonly Statement[]): Promise<StatementResult[]> {
    const connection = await this.acquire();
    try {
      const results = await connection.run(statements, timeoutMs);
      connection.release();
      return results;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#pool.promise().end();
  }

  // The driver's own promises collect a stack at every call, for errors that we throw anew anyway: callbacks are a tenth cheaper.
  #getConnection(): Promise<mysql.PoolConnection> {
    return new Promise((resolve, reject) => {
      this.#pool.getConnection((error, connection) =>
        error === null ? resolve(connection) : reject(new DatabaseError(error)),
      );
    });
  }

  async #setUp(connection: Connection): Promise<void> {
    const [, , wsrep] = await connection.run([
      ...SESSION.map((sql) => ({ sql, values: [] })),
      { sql: "SHOW VARIABLES LIKE 'wsrep_on'", values: [] },
    ]);
    // On Galera a row written on one node may not be readable on another yet; this makes a read wait for it.
    if (wsrep?.rows[0]?.["Value"] === "ON") {
      await connection.run([{ sql: "SET SESSION wsrep_sync_wait = 1", values: [] }]);
    }
  }
}

/** One connection, and batches on it. Every error it throws is a DatabaseError. */
export class Connection {
  readonly #connection: mysql.PoolConnection;

  constructor(connection: mysql.PoolConnection) {
    this.#connection = connection;
  }

  /** Runs all statements in one round trip; the first that fails stops the rest. */
  run(statements: readonly Statement[], timeoutMs = STATEMENT_TIMEOUT_MS): Promise<StatementResult[]> {
    const sql = statements.map((s) => s.sql).join(";\n");
    const values: SqlValue[] = statements.flatMap((s) => s.values);
    return new Promise((resolve, reject) => {
      this.#connection.query({ sql, values, timeout: timeoutMs }, (error, result: unknown) => {
        if (error !== null) return reject(new DatabaseError(error));
        return resolve((statements.length === 1 ? [result] : (result as unknown[])).map(toResult));
      });
    });
  }

  release(): void {
    this.#connection.release();
  }

  destroy(): void {
    this.#connection.destroy();
  }
}

function toResult(result: unknown): StatementResult {
  if (Array.isArray(result)) return { rows: result, matchedCount: 0, insertId: 0 };
  const { affectedRows, insertId } = result as mysql.ResultSetHeader;
  return { rows: [], matchedCount: affectedRows, insertId: Number(insertId) };
}
