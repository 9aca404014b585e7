/**
 * Conditions on times, by the database's clock. That clock can be set back, and another node's clock may be behind. A time further in the
 * future than its kind allows was written before the clock was set back, and counts as past; otherwise a clock set back by an hour would
 * delay everything by an hour.
 */

/** The clocks of two nodes may differ by this much: a lease granted on one is still valid on the other. */
const CLOCKS_APART_S_MAX = 60;

/** A number of seconds, or an SQL expression. */
type Seconds = number | string;

/** A lease of at most this many seconds is live. */
export function isLive(column: string, seconds: Seconds): string {
  return `(${column} IS NOT NULL AND ${column} > NOW(3) AND ${column} <= ${farthest(seconds)})`;
}

/** The opposite: nobody holds the lease. */
export function isFree(column: string, seconds: Seconds): string {
  return `(${column} IS NULL OR ${column} <= NOW(3) OR ${column} > ${farthest(seconds)})`;
}

/** Due, for a time that is never more than `secondsMax` ahead. Never true for NULL. */
export function isDue(column: string, secondsMax: Seconds): string {
  return `(${column} <= NOW(3) OR ${column} > ${farthest(secondsMax)})`;
}

/** Not changed for this many seconds. */
export function isUntouchedFor(column: string, seconds: number): string {
  return `(${column} < NOW(3) - INTERVAL ${seconds} SECOND OR ${column} > ${farthest(seconds)})`;
}

/** Written by a clock that has been set back since. */
export function isOfLaterClock(column: string): string {
  return `${column} > ${farthest(0)}`;
}

function farthest(seconds: Seconds): string {
  return `NOW(3) + INTERVAL ${typeof seconds === "number" ? seconds : `(${seconds})`} SECOND + INTERVAL ${CLOCKS_APART_S_MAX} SECOND`;
}
