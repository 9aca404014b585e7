import type { BookedDebit, StatementStatus } from "../../payment/statement.ts";
import { parseCellTiyin, parseCellTiyinRounded } from "./cell-money.ts";
import { parseCellTime } from "./cell-time.ts";
import { COLUMN_ROLES, type ColumnRole, type Columns, cellOf, filledCount, type Layout, type Row } from "./layout.ts";
import { hasHeaderWord, isTotalWord, statusKey, statusOfWord } from "./statement-words.ts";

/** What was seen in the first rows of a file. */
export interface Recognised extends Layout {
  /** What stands above each column, all lines of it. */
  readonly headers: readonly string[];
  /** The first payment. */
  readonly sample: Row;
  /** Its line; titles stand above. */
  readonly firstLine: number;
  /** Roles that the cells prove, by what the ledger has of the same payments; of the others the header alone speaks. */
  readonly proven: readonly ColumnRole[];
  /** Words of the status column that are not known. */
  readonly unknownStatuses: readonly string[];
}

/** A row, and what the ledger has of its payment. */
interface Anchor {
  readonly row: Row;
  readonly debit: BookedDebit;
}

const COLUMNS_MAX = 64;
/** Of what the ledger knows, in a column that has it. */
const PROVEN_SHARE_MIN = 0.6;
/** Of status words, in a column that has them: some words may be new. */
const STATUS_SHARE_MIN = 0.5;
const STATUS_WORDS_MAX = 12;
const SERVICES_MAX = 12;
/** Of an amount; what Click keeps is less. */
const COMMISSION_SHARE_MAX = 0.2;
const HOUR_MS = 3_600_000;

/** Finds out what the columns are, by the numbers that the ledger has of the same payments, and by their headers. */
export function recogniseColumns(rows: readonly Row[], debits: readonly BookedDebit[], serviceId: string): Recognised {
  const { headerRows, bodyRows } = divide(rows);
  const width = Math.min(Math.max(0, ...rows.map(({ cells }) => cells.length)), COLUMNS_MAX);
  const headers = Array.from({ length: width }, (_, index) =>
    headerRows
      .map((row) => cellOf(row, index))
      .filter((cell) => cell !== "")
      .join(" "),
  );
  const anchors = anchorsOf(bodyRows, debits, width);
  const columns: Partial<Record<ColumnRole, number>> = {};
  const assign = (role: ColumnRole, isEnough: (score: Score) => boolean): boolean => {
    const best = headers
      .map((header, index) => ({
        index,
        share: shareOf(role, index, { anchors, bodyRows, columns, serviceId }),
        isNamed: hasHeaderWord(role, header),
      }))
      .filter((score) => !Object.values(columns).includes(score.index) && isEnough(score))
      .sort((a, b) => weightOf(b) - weightOf(a) || a.index - b.index)[0];
    if (best !== undefined) columns[role] = best.index;
    return best !== undefined;
  };
  // Headers may lie and numbers do not: between two columns that have the numbers the header decides, and where none has them.
  const proven = COLUMN_ROLES.filter((role) => assign(role, ({ share }) => share >= PROVEN_SHARE_MIN));
  for (const role of COLUMN_ROLES)
    if (columns[role] === undefined) assign(role, ({ share, isNamed }) => isNamed && share !== IMPOSSIBLE);
  const sample = bodyRows[0] ?? NO_ROW;
  return {
    columns,
    headers,
    sample,
    firstLine: sample.line,
    proven,
    ...statusesOf(bodyRows, columns.STATUS),
  };
}

/** Behind any line of a file. */
const NO_ROW: Row = { line: Number.MAX_SAFE_INTEGER, cells: [] };

interface Score {
  readonly index: number;
  /** Of its cells, those that are what the role asks for. */
  readonly share: number;
  readonly isNamed: boolean;
}

/** The cells cannot be of that role at all. */
const IMPOSSIBLE = -1;
const HEADER_WEIGHT = 0.3;

function weightOf({ share, isNamed }: Score): number {
  return share + (isNamed ? HEADER_WEIGHT : 0);
}

/** A table's rows have many cells, and of a payment's some are numbers or times. */
function divide(rows: readonly Row[]): { readonly headerRows: readonly Row[]; readonly bodyRows: readonly Row[] } {
  const widest = Math.max(0, ...rows.map(filledCount));
  const isOfTable = (row: Row) => filledCount(row) >= Math.max(2, widest / 2);
  const isBody = (row: Row) =>
    isOfTable(row) && row.cells.filter(isNumberOrTime).length >= 2 && !row.cells.some(isTotalWord);
  const first = rows.findIndex(isBody);
  if (first < 0) return { headerRows: rows.filter(isOfTable), bodyRows: [] };
  return { headerRows: rows.slice(0, first).filter(isOfTable), bodyRows: rows.slice(first).filter(isBody) };
}

function isNumberOrTime(cell: string): boolean {
  return cell !== "" && (parseCellTiyinRounded(cell) !== undefined || parseCellTime(cell) !== undefined);
}

/** By the number of Click's that most rows have; without any by order and sum together. */
function anchorsOf(rows: readonly Row[], debits: readonly BookedDebit[], width: number): readonly Anchor[] {
  const byNumber = new Map<string, BookedDebit>();
  for (const debit of debits)
    for (const number of [debit.clickTransId, debit.clickPaymentId])
      if (number !== undefined) byNumber.set(number, debit);
  const byReference = new Map(debits.map((debit) => [debit.reference, debit]));
  const hitsOf = (find: (row: Row, cell: string) => BookedDebit | undefined) =>
    Array.from({ length: width }, (_, index) =>
      rows.flatMap((row) => {
        const debit = find(row, cellOf(row, index));
        return debit === undefined ? [] : [{ row, debit }];
      }),
    ).reduce((most, hits) => (hits.length > most.length ? hits : most), []);
  const byClick = hitsOf((_, cell) => byNumber.get(cell));
  if (byClick.length > 0) return byClick;
  return hitsOf((row, cell) => {
    const debit = byReference.get(cell);
    return debit !== undefined && row.cells.some((other) => isAmountOf(other, debit)) ? debit : undefined;
  });
}

interface Seen {
  readonly anchors: readonly Anchor[];
  readonly bodyRows: readonly Row[];
  readonly columns: Columns;
  readonly serviceId: string;
}

/** How much of a column is what the role asks for, 0 to 1. */
function shareOf(role: ColumnRole, index: number, { anchors, bodyRows, columns, serviceId }: Seen): number {
  const ofAnchors = (holds: (cell: string, debit: BookedDebit) => boolean) =>
    share(anchors, ({ row, debit }) => holds(cellOf(row, index), debit));
  switch (role) {
    case "CLICK_PAYMENT_ID":
      return ofAnchors((cell, { clickPaymentId }) => cell === clickPaymentId);
    case "CLICK_TRANS_ID":
      return ofAnchors((cell, { clickTransId }) => cell === clickTransId);
    case "REFERENCE":
      return ofAnchors((cell, { reference }) => cell === reference);
    case "SERVICE_ID":
      return serviceShare(index, bodyRows, serviceId);
    case "AMOUNT":
      if (!bodyRows.some((row) => parseCellTiyin(cellOf(row, index)) !== undefined)) return IMPOSSIBLE;
      return ofAnchors(isAmountOf);
    case "COMMISSION":
      return commissionShare(index, bodyRows, columns.AMOUNT);
    case "TIME":
      if (!bodyRows.some((row) => parseCellTime(cellOf(row, index)) !== undefined)) return IMPOSSIBLE;
      return ofAnchors(isTimeOf);
    case "STATUS":
      return statusShare(index, bodyRows);
  }
}

function share<T>(all: readonly T[], holds: (one: T) => boolean): number {
  return all.length === 0 ? 0 : all.filter(holds).length / all.length;
}

function isAmountOf(cell: string, { takenTiyin, heldTiyin }: BookedDebit): boolean {
  const tiyin = parseCellTiyin(cell);
  const absolute = tiyin !== undefined && tiyin < 0n ? -tiyin : tiyin;
  return absolute !== undefined && (absolute === takenTiyin || absolute === heldTiyin);
}

/** A day alone is the midnight before. */
function isTimeOf(cell: string, { time }: BookedDebit): boolean {
  const own = parseCellTime(cell);
  if (own === undefined) return false;
  const apartMs = time.getTime() - own.getTime();
  return Math.abs(apartMs) <= HOUR_MS || (apartMs >= 0 && apartMs < 24 * HOUR_MS && !cell.includes(":"));
}

/** A commission needs a header: a small sum may be anything. */
function commissionShare(index: number, rows: readonly Row[], amount: number | undefined): number {
  const isSmall = (row: Row) => {
    const [part, whole] = [parseCellTiyinRounded(cellOf(row, index)), parseCellTiyin(cellOf(row, amount))];
    if (part === undefined || whole === undefined) return false;
    return Math.abs(Number(part)) <= Math.abs(Number(whole)) * COMMISSION_SHARE_MAX;
  };
  return share(rows, isSmall) >= PROVEN_SHARE_MIN ? 0 : IMPOSSIBLE;
}

/** A shop has few services; numbers of rows, or sums, may happen to be one. */
function serviceShare(index: number, rows: readonly Row[], serviceId: string): number {
  const services = new Set(rows.map((row) => cellOf(row, index)));
  if (!services.has(serviceId) || services.size > SERVICES_MAX) return IMPOSSIBLE;
  return share(rows, (row) => cellOf(row, index) === serviceId);
}

function statusShare(index: number, rows: readonly Row[]): number {
  const words = new Set(rows.map((row) => statusKey(cellOf(row, index))));
  if (words.size > STATUS_WORDS_MAX) return IMPOSSIBLE;
  const known = share(rows, (row) => statusOfWord(cellOf(row, index)) !== undefined);
  return known >= STATUS_SHARE_MIN ? Math.max(known, PROVEN_SHARE_MIN) : 0;
}

function statusesOf(
  rows: readonly Row[],
  index: number | undefined,
): { readonly statuses: Record<string, StatementStatus>; readonly unknownStatuses: readonly string[] } {
  const words = new Set(index === undefined ? [] : rows.map((row) => statusKey(cellOf(row, index))));
  const statuses: Record<string, StatementStatus> = {};
  const unknownStatuses: string[] = [];
  for (const word of words) {
    const status = statusOfWord(word);
    if (status !== undefined) statuses[word] = status;
    else if (word !== "") unknownStatuses.push(word);
  }
  return { statuses, unknownStatuses };
}
