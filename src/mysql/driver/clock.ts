/**
 * Conditions on times, by the database's clock. That clock can be set back, and another node's may be behind. A time that lies further
 * away than anything of its kind is ever put was written by the clock before, and is over; without that, a clock set back by an hour
 * would hold up for an hour whatever waits for such a time.
 */

/** Two nodes' clocks may differ by this much: a lease that one of them gave is still one on the other. */
const CLOCKS_APART_S_MAX = 60;

/** A number of seconds, or SQL that gives one. */
type Seconds = number | string;

/** A lease of at most so many seconds is somebody's. */
export function isLive(column: string, seconds: Seconds): string {
  return `(${column} IS NOT NULL AND ${column} > NOW(3) AND ${column} <= ${farthest(seconds)})`;
}

/** The opposite: nobody has it. */
export function isFree(column: string, seconds: Seconds): string {
  return `(${column} IS NULL OR ${column} <= NOW(3) OR ${column} > ${farthest(seconds)})`;
}

/** What is never put off by more than so many seconds has its turn. Never without a time. */
export function isDue(column: string, secondsMax: Seconds): string {
  return `(${column} <= NOW(3) OR ${column} > ${farthest(secondsMax)})`;
}

/** Nobody has touched it for so many seconds. */
export function isUntouchedFor(column: string, seconds: number): string {
  return `(${column} < NOW(3) - INTERVAL ${seconds} SECOND OR ${column} > ${farthest(seconds)})`;
}

/** Noted by a clock that has been set back since. */
export function isOfLaterClock(column: string): string {
  return `${column} > ${farthest(0)}`;
}

function farthest(seconds: Seconds): string {
  return `NOW(3) + INTERVAL ${typeof seconds === "number" ? seconds : `(${seconds})`} SECOND + INTERVAL ${CLOCKS_APART_S_MAX} SECOND`;
}
