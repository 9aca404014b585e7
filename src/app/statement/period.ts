import type { Period } from "../../payment/match-statement.ts";
import { DAY_MS, dayInTashkent } from "../../protocol/tashkent-time.ts";

/** A year and a bit: what one call may ask for. */
export const PERIOD_DAYS_MAX = 400;

/** Whole days in Tashkent, `YYYY-MM-DD`, both of them included. Undefined for what is no day, the wrong way round, or too long. */
export function periodOfDays(firstDay: string, lastDay: string): Period | undefined {
  const [from, last] = [dayInTashkent(firstDay), dayInTashkent(lastDay)];
  if (from === undefined || last === undefined || last < from) return undefined;
  const to = new Date(last.getTime() + DAY_MS);
  return to.getTime() - from.getTime() > PERIOD_DAYS_MAX * DAY_MS ? undefined : { from, to };
}

/** A month in Tashkent, `YYYY-MM`. */
export function periodOfMonth(month: string): Period | undefined {
  const [, year = "", number = ""] = /^(\d{4})-(\d\d)$/.exec(month) ?? [];
  const next =
    Number(number) === 12 ? `${Number(year) + 1}-01` : `${year}-${String(Number(number) + 1).padStart(2, "0")}`;
  const [from, to] = [dayInTashkent(`${month}-01`), dayInTashkent(`${next}-01`)];
  return from === undefined || to === undefined ? undefined : { from, to };
}
