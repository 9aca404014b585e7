/** Uzbekistan keeps UTC+5 all year. */
const TASHKENT_OFFSET_MS = 5 * 60 * 60 * 1_000;

/** The day in Tashkent, `YYYY-MM-DD`: how Click files payments. */
export function tashkentDay(time: Date): string {
  return new Date(time.getTime() + TASHKENT_OFFSET_MS).toISOString().slice(0, 10);
}
