import { instantInTashkent } from "../../protocol/tashkent-time.ts";

/** Times as people and spreadsheets write them, on a clock in Tashkent unless the text names a zone. */

const DAY_FIRST = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[\sT,]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?$/;
const YEAR_FIRST = /^(\d{4})[./-](\d{1,2})[./-](\d{1,2})(?:[\sT]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?$/;
const WITH_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;
const SERIAL = /^(\d{5})(?:[.,](\d+))?$/;
/** Days since 1899-12-30, as spreadsheets count them: 2000 to 2099. */
const SERIAL_DAY_MIN = 36_526;
const SERIAL_DAY_MAX = 73_050;
const UNIX_DAY_OF_SERIAL = 25_569;
const MS_OF_DAY = 86_400_000;
const MS_OF_SECOND = 1_000;

/** Undefined for what is no time; a day alone is its midnight. */
export function parseCellTime(text: string): Date | undefined {
  const bare = text.replaceAll("\u00A0", " ").trim();
  if (WITH_ZONE.test(bare)) return validDate(new Date(bare));
  const [, day, month, year, ...clock] = DAY_FIRST.exec(bare) ?? [];
  if (year !== undefined) return atClock([year, month, day], clock);
  const [, ...dateAndClock] = YEAR_FIRST.exec(bare) ?? [];
  if (dateAndClock.length > 0) return atClock(dateAndClock.slice(0, 3), dateAndClock.slice(3));
  return parseSerial(bare);
}

function atClock(date: readonly (string | undefined)[], clock: readonly (string | undefined)[]): Date | undefined {
  const [hour = "0", minute = "0", second = "0"] = clock;
  return instantInTashkent([...date, hour, minute, second].map((part) => (part ?? "").padStart(2, "0")).join(""));
}

/** Seconds are what a sheet shows; what is below is the trace of a division by a day. */
function parseSerial(text: string): Date | undefined {
  const [, days, fraction = "0"] = SERIAL.exec(text) ?? [];
  if (days === undefined || Number(days) < SERIAL_DAY_MIN || Number(days) > SERIAL_DAY_MAX) return undefined;
  return atWallClock(serialToWallClockMs(Number(`${days}.${fraction}`)));
}

/** Milliseconds since 1970 on the wall clock that the number was written by, whole seconds. */
export function serialToWallClockMs(serial: number): number {
  return Math.round(((serial - UNIX_DAY_OF_SERIAL) * MS_OF_DAY) / MS_OF_SECOND) * MS_OF_SECOND;
}

function atWallClock(ms: number): Date | undefined {
  return instantInTashkent(new Date(ms).toISOString().slice(0, 19).replaceAll(/\D/g, ""));
}

function validDate(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date;
}
