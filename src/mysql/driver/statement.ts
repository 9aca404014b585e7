/** One statement with its values, which mysql2 escapes. The text never contains a value. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /** A compare-and-set: when it matches no row, the transaction writes nothing and is retried. */
  readonly mustMatch?: true;
}

export type SqlValue = string | number | bigint | Buffer | null | readonly (string | number)[];

/** A row as the driver gives it: BIGINT and DECIMAL as text, dates as UTC text. */
export type Row = Readonly<Record<string, string | number | null>>;

/** The result of one statement of a batch. */
export interface StatementResult {
  readonly rows: readonly Row[];
  /** Matched rows, also those that the UPDATE left the same; used for compare-and-set. */
  readonly matchedCount: number;
  readonly insertId: number;
  /** Whether a transaction was open after this statement; the server does not tell this with rows. */
  readonly isInTransaction: boolean | undefined;
}

export function statement(sql: string, ...values: SqlValue[]): Statement {
  return { sql, values };
}

/** A number of Click's as a value of its column. */
export function bigintOrNull(digits: string | undefined): bigint | null {
  return digits === undefined ? null : BigInt(digits);
}

/** A compare-and-set whose miss ends the transaction. Allowed only among the writes of a transaction. */
export function compareAndSet(sql: string, ...values: SqlValue[]): Statement {
  return { sql, values, mustMatch: true };
}

/** Column readers. They throw on a column of another type, which is a bug. */
export function integer(row: Row, column: string): number {
  const value = Number(row[column]);
  if (row[column] === null || !Number.isSafeInteger(value)) throw new TypeError(`column ${column} is no whole number`);
  return value;
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`column ${column} is no text`);
  return value;
}

export function textOrUndefined(row: Row, column: string): string | undefined {
  const value = row[column];
  return value === null || value === undefined ? undefined : String(value);
}

export function integerOrUndefined(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : integer(row, column);
}

/** Stored times are UTC, as the session is. */
export function time(row: Row, column: string): Date {
  return new Date(`${text(row, column).replace(" ", "T")}Z`);
}

const [FIRST_MS, LAST_MS] = [Date.UTC(1000, 0), Date.UTC(10_000, 0) - 1];

/** A time as a value in a statement: UTC, in milliseconds. What no column can have is the nearest that one can: compared, it is the same. */
export function sqlTime(at: Date): string {
  const nearest = new Date(Math.min(Math.max(at.getTime(), FIRST_MS), LAST_MS));
  return nearest.toISOString().replace("T", " ").replace("Z", "");
}

export function timeOrUndefined(row: Row, column: string): Date | undefined {
  return row[column] === null ? undefined : time(row, column);
}
