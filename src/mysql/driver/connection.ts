import mysql from "mysql2";
import { DatabaseError } from "./database-error.ts";
import type { DatabaseHost } from "./database-url.ts";
import type { SqlValue, Statement, StatementResult } from "./statement.ts";

/** A server that does not accept the connection must leave time in RETRY_BUDGET_MS for the next one. */
const CONNECT_TIMEOUT_MS = 1_000;
/**
 * For one batch of a callback or an applier: longer than the lock wait, and short enough that a silent connection leaves time in
 * RETRY_BUDGET_MS for another one.
 */
const STATEMENT_TIMEOUT_MS = 1_200;
/** MySQL may end a lock wait of one second only after two. A shorter timeout would cost the connection. */
const STATEMENT_TIMEOUT_MYSQL_MS = 2_300;

const DRIVER: mysql.ConnectionOptions = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  charset: "utf8mb4_general_ci",
  timezone: "Z",
  dateStrings: true,
  // BIGINT as text: a number above 2^53 would be rounded silently.
  supportBigNumbers: true,
  bigNumberStrings: true,
  // Statements are sent in batches: a round trip costs more than a statement.
  multipleStatements: true,
  enableKeepAlive: true,
  // The driver reserves half a megabyte per connection for prepared statements, which we do not use.
  maxPreparedStatements: 1,
};

/** Called after each batch with its error, if any. */
export type Listener = (connection: Connection, error: DatabaseError | undefined) => void;

/** One connection that runs batches of statements. All its errors are DatabaseError. */
export class Connection {
  readonly host: DatabaseHost;
  readonly #connection: mysql.Connection;
  readonly #listener: Listener;
  #isOpen = true;
  #sendsAlone = false;
  #timeoutMs = STATEMENT_TIMEOUT_MS;

  private constructor(host: DatabaseHost, connection: mysql.Connection, listener: Listener) {
    this.host = host;
    this.#connection = connection;
    this.#listener = listener;
    // The server may close it while it is idle.
    connection.on("error", () => this.#close());
    connection.on("end", () => this.#close());
  }

  static open(host: DatabaseHost, listener: Listener): Promise<Connection> {
    const raw = mysql.createConnection({ ...DRIVER, ...host.options });
    const connection = new Connection(host, raw, listener);
    return new Promise((resolve, reject) => {
      raw.connect((error) => (error === null ? resolve(connection) : reject(new DatabaseError(error))));
    });
  }

  /** Usable, as far as we know. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * From now on sends every statement in its own packet. On Galera, when a write of another node aborts a transaction between two statements
   * of one packet, the node rolls back silently and runs the rest with autocommit. A statement in its own packet gets the error.
   */
  sendAlone(): void {
    this.#sendsAlone = true;
  }

  get sendsAlone(): boolean {
    return this.#sendsAlone;
  }

  /** Uses the longer timeout of MySQL and its derivatives. */
  waitLonger(): void {
    this.#timeoutMs = STATEMENT_TIMEOUT_MYSQL_MS;
  }

  /** The timeout of a packet for a caller with this much time left. */
  timeoutWithin(leftMs: number): number {
    return Math.min(this.#timeoutMs, Math.max(leftMs, STATEMENT_TIMEOUT_MS));
  }

  /** Splits statements into packets. */
  packetsOf(statements: readonly Statement[]): readonly (readonly Statement[])[] {
    return this.#sendsAlone ? statements.map((one) => [one]) : [statements];
  }

  /** Runs all statements, in one round trip unless they must be sent alone; the first failure stops the rest. */
  run(statements: readonly Statement[], timeoutMs = this.#timeoutMs): Promise<StatementResult[]> {
    return this.#sendsAlone ? this.#sendEach(statements, timeoutMs) : this.#send(statements, timeoutMs);
  }

  async #sendEach(statements: readonly Statement[], timeoutMs: number): Promise<StatementResult[]> {
    const results: StatementResult[] = [];
    for (const one of statements) results.push(...(await this.#send([one], timeoutMs)));
    return results;
  }

  #send(statements: readonly Statement[], timeoutMs: number): Promise<StatementResult[]> {
    const sql = statements.map((s) => s.sql).join(";\n");
    const values: SqlValue[] = statements.flatMap((s) => s.values);
    return new Promise((resolve, reject) => {
      this.#connection.query({ sql, values, timeout: timeoutMs }, (error, result: unknown) => {
        const failure = error === null ? undefined : new DatabaseError(error);
        this.#listener(this, failure);
        if (failure !== undefined) return reject(failure);
        return resolve((statements.length === 1 ? [result] : (result as unknown[])).map(toResult));
      });
    });
  }

  /** Closes the connection after the running statement. */
  end(): void {
    if (this.#isOpen) this.#connection.end();
    this.#close();
  }

  /** Closes it at once. */
  destroy(): void {
    this.#close();
    this.#connection.destroy();
  }

  #close(): void {
    this.#isOpen = false;
  }
}

/** Protocol flag that the server sends at the end of every statement. */
const SERVER_STATUS_IN_TRANS = 1;

function toResult(result: unknown): StatementResult {
  if (Array.isArray(result)) return { rows: result, matchedCount: 0, insertId: 0, isInTransaction: undefined };
  const { affectedRows, insertId, serverStatus } = result as mysql.ResultSetHeader;
  const isInTransaction = (serverStatus & SERVER_STATUS_IN_TRANS) !== 0;
  return { rows: [], matchedCount: affectedRows, insertId: Number(insertId), isInTransaction };
}
