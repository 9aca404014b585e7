/**
 * Click's wall clock. The time zone of `sign_time` and of the day in status_by_mti is undocumented; we assume Tashkent
 * (click-protocol.md 1.9). Uzbekistan has no summer time, so a fixed offset is exact.
 */
const TASHKENT_OFFSET_MS = 5 * 60 * 60 * 1_000;

/** Of every day there: no clock is changed. */
export const DAY_MS = 24 * 60 * 60 * 1_000;

/** `YYYY-MM-DD HH:mm:ss` in Tashkent, the form of `sign_time`. */
export function tashkentTime(instant: Date): string {
  return new Date(instant.getTime() + TASHKENT_OFFSET_MS).toISOString().slice(0, 19).replace("T", " ");
}

/** The day in Tashkent, `YYYY-MM-DD`, by which Click finds payments. */
export function tashkentDay(instant: Date): string {
  return tashkentTime(instant).slice(0, 10);
}

/** The last second of the 1st of the next month, in Tashkent. */
export function endOfNextFirst(instant: Date): Date {
  const [year = 0, month = 0] = tashkentDay(instant).split("-").map(Number);
  // Months count from 0 here, so this is midnight after the 1st of the next one.
  return new Date(Date.UTC(year, month, 2) - TASHKENT_OFFSET_MS - 1_000);
}

/** The start of a day in Tashkent, `YYYY-MM-DD`; undefined when it is not a date. */
export function dayInTashkent(day: string): Date | undefined {
  return /^\d{4}-\d\d-\d\d$/.test(day) ? instantInTashkent(`${day.replaceAll("-", "")}000000`) : undefined;
}

/** No database column has years far from these. */
const IS_OF_OUR_TIMES = /^[12]\d{3}-/;

/** Converts a `sign_time`, in Tashkent where it names no zone; undefined for a day, an hour or a year that is none. */
export function instantOfSignTime(text: string): Date | undefined {
  const hasZone = /(?:Z|[+-]\d{2}:\d{2})$/.test(text);
  const instant = new Date(`${text.replace(" ", "T")}${hasZone ? "" : "+05:00"}`);
  return !Number.isNaN(instant.getTime()) && IS_OF_OUR_TIMES.test(instant.toISOString()) ? instant : undefined;
}

/** Converts `YYYYMMDDHHmmss` in Tashkent; undefined for anything else. */
export function instantInTashkent(digits: string): Date | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  const text = `${year}-${month}-${day} ${hour}:${minute}:${second}`;
  const instant = new Date(`${text.replace(" ", "T")}+05:00`);
  // Date takes the 31st of February for a day in March.
  return !Number.isNaN(instant.getTime()) && tashkentTime(instant) === text ? instant : undefined;
}
