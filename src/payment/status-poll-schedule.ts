import type { AttemptState } from "./attempt.ts";

/** When reconciliation polls Click about an attempt next: often while it is new, then less and less (design.md 6). */

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** A customer confirms in the app within minutes, and a Complete that is not lost arrives long before this. */
export const FIRST_POLL_AFTER_S = 15 * MINUTE_S;
/** Owed money needs a confirmation before the policy may refund it. */
export const FIRST_POLL_AFTER_MONEY_S = 2 * MINUTE_S;

/** Ages at which an attempt without news is polled. A link may be paid a day later; after that only a restored backup explains it. */
const WITHOUT_NEWS_AGES_S = [15 * MINUTE_S, HOUR_S, 3 * HOUR_S, 9 * HOUR_S, DAY_S, 3 * DAY_S, 9 * DAY_S, 30 * DAY_S];

/** Ages at which captures are polled: Click's cabinet can reverse payments of this month, and last month's on the 1st (click-protocol.md 2.2). */
const MONEY_AGES_S = [
  2 * MINUTE_S,
  HOUR_S,
  DAY_S,
  3 * DAY_S,
  7 * DAY_S,
  14 * DAY_S,
  21 * DAY_S,
  31 * DAY_S,
  45 * DAY_S,
  62 * DAY_S,
];

/** The longest delay of a poll. */
export const POLL_DELAY_MAX_S = 31 * DAY_S;

/** The age in seconds at which the next poll is due; undefined: no more. */
export function nextPollAge(state: AttemptState, ageSeconds: number): number | undefined {
  return agesOf(state).find((age) => age > ageSeconds);
}

function agesOf(state: AttemptState): readonly number[] {
  switch (state) {
    case "PREPARED":
    case "EXPIRED":
      return WITHOUT_NEWS_AGES_S;
    case "CAPTURED":
    case "SETTLED":
    case "OWED":
      return MONEY_AGES_S;
    case "REFUSED":
    case "CANCELLED":
    case "REVERSED":
      return [];
    default:
      return state satisfies never;
  }
}

/** Poll times, counted from when it was noticed, of an unpaid shop payment without callbacks. */
export const PAYMENT_POLL_AGES_S: readonly [number, ...number[]] = [
  30 * MINUTE_S,
  4 * HOUR_S,
  DAY_S,
  2 * DAY_S,
  4 * DAY_S,
];

/** Poll times, counted from when it was noticed, of an unpaid invoice. */
export const INVOICE_POLL_AGES_S: readonly [number, ...number[]] = [
  15 * MINUTE_S,
  HOUR_S,
  6 * HOUR_S,
  DAY_S,
  3 * DAY_S,
];

/** Days per poll of a reference: a poll must not need more requests than a round has. */
export const REFERENCE_DAYS_PER_POLL = 2;
/** This many polls follow each other at once and cover a month of days. */
export const REFERENCE_POLLS = 16;

/** Seconds to the next poll of a reference; undefined: no more. Later polls repeat the first days, for news of today. */
export function secondsToNextOfReference(askCount: number): number | undefined {
  if (askCount + 1 < REFERENCE_POLLS) return MINUTE_S;
  const [age, next] = PAYMENT_POLL_AGES_S.slice(askCount + 1 - REFERENCE_POLLS);
  return age === undefined || next === undefined ? undefined : next - age;
}
