import mysql from "mysql2";
import { DatabaseError } from "./database-error.ts";
import type { DatabaseHost } from "./database-url.ts";
import type { SqlValue, Statement, StatementResult } from "./statement.ts";

/** A server that does not even answer the phone must leave time in RETRY_BUDGET_MS for the next one. */
const CONNECT_TIMEOUT_MS = 1_000;
/**
 * For one batch of a callback or an applier: longer than the wait for a lock, and short enough that a connection which fell silent
 * leaves time in RETRY_BUDGET_MS for another one.
 */
const STATEMENT_TIMEOUT_MS = 1_200;
/** MySQL ends a wait for a lock a second after anybody began the newest one: up to two seconds. Cut before, it would cost the connection. */
const STATEMENT_TIMEOUT_MYSQL_MS = 2_300;

const DRIVER: mysql.ConnectionOptions = {
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
};

/** Hears how each batch ended. */
export type Listener = (connection: Connection, error: DatabaseError | undefined) => void;

/** One connection, and batches on it. Every error it throws is a DatabaseError. */
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
    // The server may end it while nobody uses it.
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

  /** Of use, as far as we know. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * From now on every statement goes in a packet of its own. On Galera: when another node's write takes a transaction's locks away between
   * two statements of one packet, the node rolls back, tells nobody, and runs the rest with autocommit. A statement of its own gets the error.
   */
  sendAlone(): void {
    this.#sendsAlone = true;
  }

  get sendsAlone(): boolean {
    return this.#sendsAlone;
  }

  /** The server is MySQL, or made from it. */
  waitLonger(): void {
    this.#timeoutMs = STATEMENT_TIMEOUT_MYSQL_MS;
  }

  /** How long a packet may take for a caller who has so much time left: a server that takes long for a lock gets it once. */
  timeoutWithin(leftMs: number): number {
    return Math.min(this.#timeoutMs, Math.max(leftMs, STATEMENT_TIMEOUT_MS));
  }

  /** What goes out in one packet each. */
  packetsOf(statements: readonly Statement[]): readonly (readonly Statement[])[] {
    return this.#sendsAlone ? statements.map((one) => [one]) : [statements];
  }

  /** Runs all statements, in one round trip unless they have to go alone; the first that fails stops the rest. */
  async run(statements: readonly Statement[], timeoutMs = this.#timeoutMs): Promise<StatementResult[]> {
    const results: StatementResult[] = [];
    for (const packet of this.packetsOf(statements)) results.push(...(await this.#send(packet, timeoutMs)));
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

  /** Takes leave of the server, after what is under way. */
  end(): void {
    if (this.#isOpen) this.#connection.end();
    this.#close();
  }

  /** Ends it, whatever it is doing. */
  destroy(): void {
    this.#close();
    this.#connection.destroy();
  }

  #close(): void {
    this.#isOpen = false;
  }
}

/** In the protocol: the server's word about the session, at the end of every statement. */
const SERVER_STATUS_IN_TRANS = 1;

function toResult(result: unknown): StatementResult {
  if (Array.isArray(result)) return { rows: result, matchedCount: 0, insertId: 0, isInTransaction: undefined };
  const { affectedRows, insertId, serverStatus } = result as mysql.ResultSetHeader;
  const isInTransaction = (serverStatus & SERVER_STATUS_IN_TRANS) !== 0;
  return { rows: [], matchedCount: affectedRows, insertId: Number(insertId), isInTransaction };
}
