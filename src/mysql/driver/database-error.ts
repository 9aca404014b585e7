import { NotReadable } from "../../app/setup/ports.ts";

/**
 * What went wrong in the database, without the statement and its values: the driver's own errors carry both, and
 * phones and keys must not reach a log.
 */
export class DatabaseError extends NotReadable {
  readonly code: string;
  readonly errno: number | undefined;
  /** Code and number. */
  readonly what: string;
  /** The connection is of no use any more, and the server said nothing: the driver gives some of these no code. */
  readonly connectionLost: boolean;

  /** `told`: where it happened and what, instead of its own name. */
  constructor(source: unknown, told?: string) {
    const { code, errno, fatal } = (source ?? {}) as { code?: unknown; errno?: unknown; fatal?: unknown };
    const name = typeof code === "string" ? code : nameOf(source);
    const what = `${name}${typeof errno === "number" ? ` (${errno})` : ""}`;
    super(`database: ${told ?? what}`);
    this.name = "DatabaseError";
    this.code = name;
    this.what = what;
    // A socket's errors carry the system's number, which is negative.
    this.errno = typeof errno === "number" && errno > 0 ? errno : undefined;
    const isCopy = source instanceof DatabaseError;
    this.connectionLost = isCopy ? source.connectionLost : fatal === true && this.errno === undefined;
  }
}

function nameOf(source: unknown): string {
  return source instanceof Error ? source.name : "UNKNOWN";
}

/** What an error of the server's means for a transaction: only what is here is tried again. */
type Kind =
  /** A lost race: the transaction was rolled back (or, for a duplicate, is by us), and trying anew is right. */
  | "RACE"
  /** The server is not there, or not ready; another connection, or another moment, may be. */
  | "UNREADY"
  /** The same, and it takes no writes for now: another server may. */
  | "NO_WRITES";

const KIND_OF_ERRNO: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [1205, "RACE"], // lock wait timeout
  [3572, "RACE"], // NOWAIT met a lock (MySQL; MariaDB says 1205)
  [1213, "RACE"], // deadlock; on Galera also a certification failure, at COMMIT too
  [1062, "RACE"], // another transaction made the same row first; the next try finds it
  [1020, "RACE"], // record changed since last read (MariaDB, snapshot isolation)
  [1412, "RACE"], // table definition changed
  [1180, "RACE"], // error during COMMIT: on a cluster the write set was refused there, and the server has rolled back
  [3101, "RACE"], // MySQL Group Replication refused the write set at COMMIT and rolled back
  [9007, "RACE"], // TiDB: write conflict
  [8002, "RACE"], // TiDB: a transaction with FOR UPDATE met a conflict, and the server may not repeat it for us
  [8022, "RACE"], // TiDB: COMMIT failed and was rolled back, safe to repeat
  [8028, "RACE"], // TiDB: a table changed its form during the transaction
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
  [1226, "UNREADY"], // the user has used up what it may: connections at a time, or statements in an hour
  [1317, "UNREADY"], // query interrupted
  [1927, "UNREADY"], // connection was killed
  [1969, "UNREADY"], // statement took longer than the server allows (MariaDB)
  [3024, "UNREADY"], // the same (MySQL)
  [3100, "UNREADY"], // MySQL Group Replication: this member is not, or no longer, in the group
  [3797, "UNREADY"], // MySQL Group Replication: what the other members wrote could not be waited for
  [4031, "UNREADY"], // MySQL closed the connection, which had been idle for too long
  [1047, "NO_WRITES"], // WSREP has not yet prepared this node for application use
  [1290, "NO_WRITES"], // read only: a node that lost its mastership
  [1836, "NO_WRITES"], // read only mode
  [3796, "NO_WRITES"], // MySQL Group Replication: in this member's state nobody can wait for the others
  [3032, "NO_WRITES"], // offline mode (MySQL)
]);

/** The driver's, the system's and our own names, where the server did not say anything. */
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

/** A subquery gave more than one row: so says the guard behind a write that must match, and nothing else in a batch of writes. */
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

/** The server said so of itself. */
export function takesNoWrites(error: DatabaseError): boolean {
  return kindOf(error) === "NO_WRITES";
}

/** None of ours came free in time. */
export function isOutOfConnections(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "POOL_NO_CONNECTION";
}

function kindOf(error: unknown): Kind | undefined {
  return error instanceof DatabaseError ? KIND_OF_ERRNO.get(error.errno ?? 0) : undefined;
}
