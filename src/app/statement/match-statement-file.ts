import { type FieldFault, fail } from "../../payment/failure.ts";
import type { ServiceId } from "../../payment/ids.ts";
import { matchStatement, type Period, type StatementMatch } from "../../payment/match-statement.ts";
import type { BookedDebit, StatementLine, StatementStatus } from "../../payment/statement.ts";
import { dayInTashkent, tashkentDay } from "../../protocol/tashkent-time.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";
import { type Columns, filledCount, type Layout, type Row } from "./layout.ts";
import { readLines } from "./read-lines.ts";
import { type Recognised, recogniseColumns } from "./recognise-columns.ts";
import type { SpreadsheetReader } from "./spreadsheet.ts";
import type { StatementBooks, StatementLayouts, StatementShop } from "./statement-stores.ts";
import { withOrders } from "./with-orders.ts";

export interface MatchStatementDeps {
  readonly registry: Pick<ServiceRegistry, "service">;
  readonly spreadsheets: SpreadsheetReader;
  readonly statementBooks: StatementBooks;
  readonly statementShop: StatementShop;
  readonly statementLayouts: StatementLayouts;
}

export interface StatementFile {
  readonly serviceId: ServiceId;
  readonly file: Uint8Array;
  /** Undefined: the days of the file's own payments, from the first to the last. */
  readonly period: Period | undefined;
  /** What a person says of the columns. Undefined: what was said of such a file before, or else the file is not matched. */
  readonly decision: LayoutDecision | undefined;
  /** Who says so. */
  readonly caller: string;
}

export interface LayoutDecision {
  /** Whether the columns are right as they are. */
  readonly confirmed: boolean;
  /** What is not as such a file was read before, or else as it was recognised: another column, or NO_COLUMN. */
  readonly changes: Columns;
  readonly statuses: Readonly<Record<string, StatementStatus>>;
}

export interface MatchedFile {
  readonly recognised: Recognised;
  /** A person has to say first that the columns were recognised right; nothing was matched. */
  readonly matched: Matched | undefined;
}

export interface Matched extends StatementMatch {
  readonly period: Period;
  /** Lines of the file that are of another time, and of other services. */
  readonly outsideCount: number;
  readonly otherServiceCount: number;
}

/** Enough payments to know the columns by. */
const SAMPLE_ROWS = 300;
const DAY_MS = 24 * 3_600_000;
/** Stands in no cell. */
const BETWEEN_HEADERS = "\u001f";

/** Reads the file that Click's cabinet exports, and matches it with the ledger and the shop's orders. */
export async function matchStatementFile(deps: MatchStatementDeps, asked: StatementFile): Promise<MatchedFile> {
  const { serviceId, file } = asked;
  const service = await deps.registry.service(serviceId);
  if (service === undefined)
    return fail({ reason: "CLICK_SERVICE_NOT_CONFIGURED", serviceId, why: "no pay system has it" });
  const recognised = await recognise(deps, serviceId, await sampleOf(deps.spreadsheets.rows(file)));
  const header = recognised.headers.join(BETWEEN_HEADERS);
  const layout = layoutOf(asked.decision, await deps.statementLayouts.find(serviceId, header), recognised);
  if (layout === undefined) return { recognised, matched: undefined };
  const { lines, otherServiceCount } = await readLines(deps.spreadsheets.rows(file), {
    ...recognised,
    ...layout,
    serviceId,
  });
  // Only by what a file can be read by.
  if (asked.decision !== undefined) await deps.statementLayouts.keep(serviceId, header, layout, asked.caller);
  const period = asked.period ?? periodOf(lines);
  const ofPeriod = lines.filter(({ time }) => time === undefined || (time >= period.from && time < period.to));
  const debits = await debitsFor(deps.statementBooks, { serviceId, period, lines: ofPeriod });
  const paidWithoutClick = await deps.statementShop.paidWithoutClick(service.paySystemIds, period);
  const match = matchStatement({ lines: ofPeriod, debits, paidWithoutClick, period });
  const differences = await withOrders(deps.statementShop, match.differences, service.override.reference);
  const outsideCount = lines.length - ofPeriod.length;
  return {
    recognised: { ...recognised, ...layout },
    matched: { ...match, differences, period, outsideCount, otherServiceCount },
  };
}

async function sampleOf(rows: AsyncIterable<Row>): Promise<readonly Row[]> {
  const sample: Row[] = [];
  for await (const row of rows) {
    if (filledCount(row) > 0) sample.push(row);
    if (sample.length === SAMPLE_ROWS) break;
  }
  return sample;
}

const CLICK_ID = /^[1-9]\d{5,17}$/;
const REFERENCE_CHARACTERS_MAX = 100;

async function recognise(deps: MatchStatementDeps, serviceId: ServiceId, sample: readonly Row[]): Promise<Recognised> {
  const cells = [...new Set(sample.flatMap((row) => row.cells))].filter((cell) => cell !== "");
  const clickIds = cells.filter((cell) => CLICK_ID.test(cell));
  const references = cells.filter((cell) => cell.length <= REFERENCE_CHARACTERS_MAX);
  const { statementBooks } = deps;
  const byClick = await statementBooks.named(serviceId, { clickIds, references: [] }, EVER);
  const debits =
    byClick.length > 0 ? byClick : await statementBooks.named(serviceId, { clickIds: [], references }, EVER);
  return recogniseColumns(sample, debits, serviceId);
}

const EVER: Period = { from: new Date(0), to: new Date("2999-01-01T00:00:00Z") };

/** As it is said now, or was said before. */
function layoutOf(
  decision: LayoutDecision | undefined,
  known: Layout | undefined,
  recognised: Recognised,
): Layout | undefined {
  if (decision === undefined || (!decision.confirmed && known === undefined)) return known;
  const columns = changed(known?.columns ?? recognised.columns, decision.changes);
  checkColumns(columns, recognised.headers.length);
  return { columns, statuses: { ...recognised.statuses, ...known?.statuses, ...decision.statuses } };
}

/** The file has no column of this role. */
export const NO_COLUMN = -1;

/** A column that is given a role has no other one any more. */
function changed(columns: Columns, changes: Columns): Columns {
  const given = Object.values(changes);
  const kept = Object.entries(columns).filter(([, index]) => !given.includes(index));
  const all = { ...Object.fromEntries(kept), ...changes };
  return Object.fromEntries(Object.entries(all).filter(([, index]) => index !== NO_COLUMN));
}

function checkColumns(columns: Columns, width: number): void {
  const faults: FieldFault[] = [];
  const { AMOUNT, CLICK_PAYMENT_ID, CLICK_TRANS_ID, REFERENCE } = columns;
  if (AMOUNT === undefined) faults.push({ field: "columns", rule: "must have an AMOUNT" });
  if ((CLICK_PAYMENT_ID ?? CLICK_TRANS_ID ?? REFERENCE) === undefined)
    faults.push({ field: "columns", rule: "must have a CLICK_PAYMENT_ID, a CLICK_TRANS_ID or a REFERENCE" });
  const indexes = Object.values(columns);
  if (indexes.some((index) => index >= width))
    faults.push({ field: "columns", rule: `must be of the ${width} that the file has` });
  if (new Set(indexes).size < indexes.length)
    faults.push({ field: "columns", rule: "must not give one column two roles" });
  if (faults.length > 0) fail({ reason: "INVALID_REQUEST", faults });
}

/** Whole days in Tashkent. */
function periodOf(lines: readonly StatementLine[]): Period {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { time } of lines) {
    if (time === undefined) continue;
    [first, last] = [Math.min(first, time.getTime()), Math.max(last, time.getTime())];
  }
  const dayOf = (ms: number) => (Number.isFinite(ms) ? dayInTashkent(tashkentDay(new Date(ms))) : undefined);
  const [from, lastDay] = [dayOf(first), dayOf(last)];
  if (from === undefined || lastDay === undefined)
    return fail({
      reason: "INVALID_REQUEST",
      faults: [{ field: "period", rule: "must be given: the file has no times, or no payments" }],
    });
  return { from, to: new Date(lastDay.getTime() + DAY_MS) };
}

/** Those of the period, and those that the file names beyond it: a callback may come late, and a ledger's day may be the next one. */
async function debitsFor(
  books: StatementBooks,
  {
    serviceId,
    period,
    lines,
  }: { readonly serviceId: ServiceId; readonly period: Period; readonly lines: readonly StatementLine[] },
): Promise<readonly BookedDebit[]> {
  const debits = await books.ofPeriod(serviceId, period);
  const known = new Set(debits.flatMap(({ clickPaymentId, clickTransId }) => [clickPaymentId, clickTransId]));
  const clickIds = lines
    .filter(
      ({ clickPaymentId, clickTransId }) =>
        ![clickPaymentId, clickTransId].some((id) => id !== undefined && known.has(id)),
    )
    .flatMap(({ clickPaymentId, clickTransId }) => [clickPaymentId, clickTransId])
    .filter((id) => id !== undefined);
  if (clickIds.length === 0) return debits;
  const attemptIds = new Set(debits.map(({ attemptId }) => attemptId));
  const named = await books.named(serviceId, { clickIds: [...new Set(clickIds)], references: [] }, period);
  return [...debits, ...named.filter(({ attemptId }) => !attemptIds.has(attemptId))];
}
