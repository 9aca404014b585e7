import { fail } from "../../payment/failure.ts";
import type { ServiceId } from "../../payment/ids.ts";
import { beginMatch, type Period, type StatementMatch } from "../../payment/match-statement.ts";
import type { StatementLine } from "../../payment/statement.ts";
import { DAY_MS, dayInTashkent, tashkentDay } from "../../protocol/tashkent-time.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";
import { filledCount, type Row } from "./layout.ts";
import { type LayoutDecision, layoutOf } from "./layout-decision.ts";
import { readLines } from "./read-lines.ts";
import { type Recognised, recogniseColumns } from "./recognise-columns.ts";
import type { SpreadsheetReader } from "./spreadsheet.ts";
import type { StatementLayouts, StatementLedger, StatementShop } from "./statement-stores.ts";
import { withOrders } from "./with-orders.ts";

export interface MatchStatementDeps {
  readonly registry: Pick<ServiceRegistry, "service">;
  readonly spreadsheets: SpreadsheetReader;
  readonly statementLedger: StatementLedger;
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
  // Files without a header look all the same.
  const isRecognisable = recognised.headers.some((one) => one !== "");
  const known = isRecognisable ? await deps.statementLayouts.find(serviceId, header) : undefined;
  const layout = layoutOf(asked.decision, known, recognised);
  if (layout === undefined) return { recognised, matched: undefined };
  const { lines, otherServiceCount } = await readLines(deps.spreadsheets.rows(file), {
    ...recognised,
    ...layout,
    serviceId,
  });
  // Only by what a file can be read by.
  if (asked.decision !== undefined && isRecognisable)
    await deps.statementLayouts.keep(serviceId, header, layout, asked.caller);
  const period = asked.period ?? periodOf(lines);
  const ofPeriod = lines.filter(({ time }) => time === undefined || (time >= period.from && time < period.to));
  const matching = beginMatch(ofPeriod, period);
  for await (const debits of deps.statementLedger.ofPeriod(serviceId, period)) matching.book(debits);
  // A callback may come late, and the day of the ledger may be the next one.
  const clickIds = matching.unmetClickIds();
  matching.book(await deps.statementLedger.named(serviceId, { clickIds, references: [] }, period));
  const match = matching.end(await deps.statementShop.paidWithoutClick(service.paySystemIds, period));
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
  const { statementLedger } = deps;
  const byClick = await statementLedger.named(serviceId, { clickIds, references: [] }, EVER);
  const debits =
    byClick.length > 0 ? byClick : await statementLedger.named(serviceId, { clickIds: [], references }, EVER);
  return recogniseColumns(sample, debits, serviceId);
}

const EVER: Period = { from: new Date(0), to: new Date("2999-01-01T00:00:00Z") };

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
