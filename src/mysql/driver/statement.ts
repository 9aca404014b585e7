/** One statement with its values, which mysql2 escapes; no value is ever part of the text. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /** Says what it expects: when it matches no row, nothing of its transaction is written, and that runs anew. */
  readonly mustMatch?: true;
}

export type SqlValue = string | number | bigint | Buffer | null | readonly (string | number)[];

/** A row as the driver gives it: BIGINT and DECIMAL as text, dates as UTC text. */
export type Row = Readonly<Record<string, string | number | null>>;

/** What one statement of a batch came to. */
export interface StatementResult {
  readonly rows: readonly Row[];
  /** Matched rows, as the driver counts them: good for compare-and-set. */
  readonly matchedCount: number;
  readonly insertId: number;
  /** Whether a transaction was open behind this statement, as the server says of everything but rows. */
  readonly isInTransaction: boolean | undefined;
}

export function statement(sql: string, ...values: SqlValue[]): Statement {
  return { sql, values };
}

/** A compare-and-set whose miss ends the transaction. Only as one of its writes. */
export function compareAndSet(sql: string, ...values: SqlValue[]): Statement {
  return { sql, values, mustMatch: true };
}

/** Column readers: a column of another type is a bug of ours, and is said so. */
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

/** Sessions run in UTC, so stored times are UTC. */
export function time(row: Row, column: string): Date {
  return new Date(`${text(row, column).replace(" ", "T")}Z`);
}

export function timeOrUndefined(row: Row, column: string): Date | undefined {
  return row[column] === null ? undefined : time(row, column);
}
