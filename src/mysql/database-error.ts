import { NotReadable } from "../app/setup/ports.ts";

/**
 * What went wrong in the database, without the statement and its values: the driver's own errors carry both, and
 * phones and keys must not reach a log.
 */
export class DatabaseError extends NotReadable {
  readonly code: string;
  readonly errno: number | undefined;
  /** The connection is of no use any more, and the server said nothing: the driver gives some of these no code. */
  readonly connectionLost: boolean;

  constructor(source: unknown) {
    const { code, errno, fatal } = (source ?? {}) as { code?: unknown; errno?: unknown; fatal?: unknown };
    const name = typeof code === "string" ? code : nameOf(source);
    super(`database: ${name}${typeof errno === "number" ? ` (${errno})` : ""}`);
    this.name = "DatabaseError";
    this.code = name;
    // A socket's errors carry the system's number, which is negative.
    this.errno = typeof errno === "number" && errno > 0 ? errno : undefined;
    this.connectionLost = fatal === true && this.errno === undefined;
  }
}

/** The driver's pool says these without a code. */
const CODE_OF_MESSAGE: ReadonlyMap<string, string> = new Map([
  ["Queue limit reached.", "POOL_QUEUE_LIMIT"],
  ["Pool is closed.", "POOL_CLOSED"],
]);

function nameOf(source: unknown): string {
  if (!(source instanceof Error)) return "UNKNOWN";
  return CODE_OF_MESSAGE.get(source.message) ?? source.name;
}

/** A lost race: the transaction was rolled back (or, for a duplicate, is by us), and trying anew is right. */
const RACE_ERRNOS = new Set([
  1205, // lock wait timeout
  1213, // deadlock; on Galera also a certification failure, at COMMIT too
  1062, // another transaction made the same row first; the next try finds it
  1020, // record changed since last read (MariaDB, snapshot isolation)
  1412, // table definition changed
  1180, // error during COMMIT: on a cluster the write set was refused there, and the server has rolled back
  3101, // MySQL Group Replication refused the write set at COMMIT and rolled back
  9007, // TiDB: write conflict
  8002, // TiDB: a transaction with FOR UPDATE met a conflict, and the server may not repeat it for us
  8022, // TiDB: COMMIT failed and was rolled back, safe to repeat
  8028, // TiDB: a table changed its form during the transaction
]);

/** The server is not there, or not ready; another connection, or another moment, may be. */
const UNREADY_ERRNOS = new Set([
  1040, // too many connections
  1047, // wsrep has not yet prepared this node
  1053, // shutdown in progress
  1077,
  1079,
  1080,
  1152,
  1158,
  1159,
  1160,
  1161,
  1184, // connection broken while reading or writing
  1203, // too many connections of this user
  1290, // read only: a node that lost its mastership
  1317, // query interrupted
  1836, // read only mode
  1927, // connection was killed
  1969, // statement took longer than the server allows (MariaDB)
  3024, // the same (MySQL)
  3100, // MySQL Group Replication: this member is not, or no longer, in the group
  4031, // MySQL closed the connection, which had been idle for too long
]);

const UNREADY_CODES = new Set([
  "PROTOCOL_CONNECTION_LOST",
  "PROTOCOL_SEQUENCE_TIMEOUT",
  "POOL_CLOSED",
  "POOL_NO_CONNECTION",
  "POOL_QUEUE_LIMIT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
]);

/**
 * A text was compared with a column whose character set lacks one of its letters: an emoji with utf8mb3, Uzbek with cp1251. The server
 * refuses that instead of finding nothing.
 */
const FOREIGN_LETTER_ERRNOS = new Set([
  1267, // illegal mix of collations
  3854, // a text cannot be converted (MySQL 8)
  3988, // the same, of a parameter (MySQL 8)
]);

export function hasForeignLetter(error: unknown): boolean {
  return error instanceof DatabaseError && error.errno !== undefined && FOREIGN_LETTER_ERRNOS.has(error.errno);
}

export function isRace(error: unknown): boolean {
  return error instanceof DatabaseError && error.errno !== undefined && RACE_ERRNOS.has(error.errno);
}

export function isUnready(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  return (
    error.connectionLost ||
    UNREADY_CODES.has(error.code) ||
    (error.errno !== undefined && UNREADY_ERRNOS.has(error.errno))
  );
}
