import { NotReadable } from "../../app/setup/ports.ts";

/**
 * A database error without the statement and its values. The driver's own errors have both, and phones and keys must not reach a log.
 */
export class DatabaseError extends NotReadable {
  readonly code: string;
  readonly errno: number | undefined;
  /** Error code and number. */
  readonly what: string;
  /** The connection broke without an answer from the server; the driver gives some of these errors no code. */
  readonly connectionLost: boolean;

  /** `told`: a text that replaces the default message. */
  constructor(source: unknown, told?: string) {
    const { code, errno, fatal } = (source ?? {}) as { code?: unknown; errno?: unknown; fatal?: unknown };
    const name = typeof code === "string" ? code : nameOf(source);
    const what = `${name}${typeof errno === "number" ? ` (${errno})` : ""}`;
    super(`database: ${told ?? what}`);
    this.name = "DatabaseError";
    this.code = name;
    this.what = what;
    // Socket errors have a negative system error number.
    this.errno = typeof errno === "number" && errno > 0 ? errno : undefined;
    const isCopy = source instanceof DatabaseError;
    this.connectionLost = isCopy ? source.connectionLost : fatal === true && this.errno === undefined;
  }
}

function nameOf(source: unknown): string {
  return source instanceof Error ? source.name : "UNKNOWN";
}

/** What a server error means for a transaction. Only the errors listed here are retried. */
type Kind =
  /** A lost race: the transaction is rolled back and can be retried. */
  | "RACE"
  /** The server is unreachable or not ready; another connection or a later retry may work. */
  | "UNREADY"
  /** The same, and the server accepts no writes now; another server may. */
  | "NO_WRITES";

const KIND_OF_ERRNO: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [1205, "RACE"], // lock wait timeout
  [3572, "RACE"], // NOWAIT met a lock (MySQL; MariaDB says 1205)
  [1213, "RACE"], // deadlock; on Galera also a certification failure, at COMMIT too
  [1062, "RACE"], // another transaction inserted the same row first; the retry finds it
  [1020, "RACE"], // record changed since last read (MariaDB, snapshot isolation)
  [1412, "RACE"], // table definition changed
  [1180, "RACE"], // error during COMMIT: on a cluster the write set was refused there, and the server has rolled back
  [3101, "RACE"], // MySQL Group Replication refused the write set at COMMIT and rolled back
  [9007, "RACE"], // TiDB: write conflict
  [8002, "RACE"], // TiDB: a conflict in a transaction with FOR UPDATE, which the server may not retry itself
  [8022, "RACE"], // TiDB: COMMIT failed and was rolled back, safe to repeat
  [8028, "RACE"], // TiDB: a schema change during the transaction
  [1021, "UNREADY"], // the disk is full
  [1040, "UNREADY"], // too many connections
  [1053, "UNREADY"], // shutdown in progress
  [1077, "UNREADY"],
  [1079, "UNREADY"],
  [1080, "UNREADY"],
  [1114, "UNREADY"], // the table is full, or the disk below it
  [1152, "UNREADY"],
  [1158, "UNREADY"],
  [1159, "UNREADY"],
  [1160, "UNREADY"],
  [1161, "UNREADY"],
  [1184, "UNREADY"], // connection broken while reading or writing
  [1203, "UNREADY"], // too many connections of this user
  [1226, "UNREADY"], // the user's limit is reached: connections, or statements per hour
  [1317, "UNREADY"], // query interrupted
  [1927, "UNREADY"], // connection was killed
  [1969, "UNREADY"], // statement took longer than the server allows (MariaDB)
  [3024, "UNREADY"], // the same (MySQL)
  [3100, "UNREADY"], // MySQL Group Replication: this member is not, or no longer, in the group
  [3797, "UNREADY"], // MySQL Group Replication: the wait for writes of other members failed
  [4031, "UNREADY"], // MySQL closed an idle connection
  [1047, "NO_WRITES"], // WSREP has not yet prepared this node for application use
  [1290, "NO_WRITES"], // read only: a node that is no longer the primary
  [1836, "NO_WRITES"], // read only mode
  [3796, "NO_WRITES"], // MySQL Group Replication: the member's state does not allow to wait for the others
  [3032, "NO_WRITES"], // offline mode (MySQL)
]);

/** Error codes of the driver, the system and our own, for errors without an answer from the server. */
const UNREADY_CODES = new Set([
  "PROTOCOL_CONNECTION_LOST",
  "PROTOCOL_SEQUENCE_TIMEOUT",
  "POOL_CLOSED",
  "POOL_NO_CONNECTION",
  "POOL_QUEUE_LIMIT",
  "READ_ONLY",
  "OFFLINE",
  "NOT_SYNCED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/**
 * A text was compared with a column whose character set lacks one of its letters: an emoji with utf8mb3, Uzbek with cp1251. The server
 * returns an error instead of no rows.
 */
const FOREIGN_LETTER_ERRNOS = new Set([
  1267, // illegal mix of collations
  3854, // a text cannot be converted (MySQL 8)
  3988, // the same, of a parameter (MySQL 8)
]);

export function hasForeignLetter(error: unknown): boolean {
  return error instanceof DatabaseError && error.errno !== undefined && FOREIGN_LETTER_ERRNOS.has(error.errno);
}

/** "Subquery returns more than 1 row": in a batch of writes, only the guard after a compare-and-set causes it. */
const MISS_ERRNO = 1242;

export function isMiss(error: unknown): boolean {
  return error instanceof DatabaseError && error.errno === MISS_ERRNO;
}

export function isRace(error: unknown): boolean {
  return kindOf(error) === "RACE";
}

export function isUnready(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  return error.connectionLost || UNREADY_CODES.has(error.code) || takesNoWrites(error) || kindOf(error) === "UNREADY";
}

/** The server itself reported it. */
export function takesNoWrites(error: DatabaseError): boolean {
  return kindOf(error) === "NO_WRITES";
}

/** No connection of the pool became free in time. */
export function isOutOfConnections(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "POOL_NO_CONNECTION";
}

function kindOf(error: unknown): Kind | undefined {
  return error instanceof DatabaseError ? KIND_OF_ERRNO.get(error.errno ?? 0) : undefined;
}
