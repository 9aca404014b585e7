import { type FieldFault, fail } from "../../payment/failure.ts";
import type { StatementStatus } from "../../payment/statement.ts";
import type { Columns, Layout } from "./layout.ts";
import type { Recognised } from "./recognise-columns.ts";

/** What a person says of the columns of a file. */
export interface LayoutDecision {
  /** Whether the columns are right as they are. */
  readonly confirmed: boolean;
  /** What is not as such a file was read before, or else as it was recognised: another column, or NO_COLUMN. */
  readonly changes: Columns;
  readonly statuses: Readonly<Record<string, StatementStatus>>;
}

/** As it is said now, or was said before. */
export function layoutOf(
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
