import type { AttemptState } from "./attempt.ts";

/** When reconciliation asks Click about an attempt next: often while it is fresh, then ever more rarely (design.md 6). */

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** A customer confirms in the app within minutes; a Complete that was not lost is here long before. */
export const FIRST_QUESTION_AFTER_S = 15 * MINUTE_S;
/** Owed money waits for a confirmation before a policy may give it back. */
export const FIRST_QUESTION_AFTER_MONEY_S = 2 * MINUTE_S;

/** Ages at which one that has no news is asked about. A link may be paid a day later; after that only a restored backup explains it. */
const WITHOUT_NEWS_AGES_S = [15 * MINUTE_S, HOUR_S, 3 * HOUR_S, 9 * HOUR_S, DAY_S, 3 * DAY_S, 9 * DAY_S, 30 * DAY_S];

/** Ages of money: Click's cabinet reverses payments of this month, and last month's on the 1st (click-protocol.md 2.2). */
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

/** No question is put off by more than this. */
export const POLL_DELAY_MAX_S = 31 * DAY_S;

/** The age, in seconds, of the next question; undefined: no more. */
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

/** Ages, from when it was noticed, of an unpaid payment of the shop of which nothing came from Click. */
export const PAYMENT_QUESTION_AGES_S: readonly [number, ...number[]] = [
  30 * MINUTE_S,
  4 * HOUR_S,
  DAY_S,
  2 * DAY_S,
  4 * DAY_S,
];

/** Ages, from when it was noticed, of an invoice that Click has and nobody has paid. */
export const INVOICE_QUESTION_AGES_S: readonly [number, ...number[]] = [
  15 * MINUTE_S,
  HOUR_S,
  6 * HOUR_S,
  DAY_S,
  3 * DAY_S,
];

/** A reference is asked about for a few days of what may be lost at a time: no question may need more requests than a round has. */
export const REFERENCE_DAYS_A_QUESTION = 2;
/** So many questions come right after each other, and get through a month of days. */
export const REFERENCE_QUESTIONS = 16;

/** Seconds to the next question about a reference; undefined: no more. The first days are asked about again later, for news of today. */
export function secondsToNextOfReference(askCount: number): number | undefined {
  if (askCount + 1 < REFERENCE_QUESTIONS) return MINUTE_S;
  const [age, next] = PAYMENT_QUESTION_AGES_S.slice(askCount + 1 - REFERENCE_QUESTIONS);
  return age === undefined || next === undefined ? undefined : next - age;
}
