import type { AnomalyKind } from "./anomaly.ts";
import type { Attempt, AttemptState } from "./attempt.ts";

/** What of our own rows must agree about an attempt, whatever happened to the database in between. */

export interface AuditedAttempt {
  readonly attempt: Pick<Attempt, "state" | "paymentId">;
  /** Whether the shop was ever owed a MARK_PAID for it. */
  readonly hasMark: boolean;
  /** Types of its events, oldest first; undefined when they are older than those that are kept. */
  readonly events: readonly string[] | undefined;
}

export interface AuditFinding {
  readonly kind: Extract<AnomalyKind, "MARK_MISSING" | "EVENT_MISSING" | "EVENTS_DISAGREE">;
  /** Where only one thing can be missing, it is added. */
  readonly repair?: "OWE_MARK" | "TELL_STATE" | undefined;
}

/** What Click's money is behind. */
const OF_MONEY: ReadonlySet<string> = new Set(["CAPTURED", "SETTLED", "OWED", "REVERSED"].map(eventOf));

export function auditAttempt(audited: AuditedAttempt): readonly AuditFinding[] {
  const { attempt, hasMark } = audited;
  const isUnmarked = attempt.state === "CAPTURED" && attempt.paymentId !== undefined && !hasMark;
  return [...(isUnmarked ? [{ kind: "MARK_MISSING", repair: "OWE_MARK" } as const] : []), ...auditEvents(audited)];
}

function auditEvents({ attempt, events }: AuditedAttempt): readonly AuditFinding[] {
  const now = eventOf(attempt.state);
  const last = events?.at(-1);
  if (events === undefined || last === now || isBareNumber(attempt, events)) return [];
  // Money that was told of, and that the row does not know: the row may be the one that is wrong.
  const isLost = events.some((type) => OF_MONEY.has(type)) && !OF_MONEY.has(now);
  return isLost || events.includes(now)
    ? [{ kind: "EVENTS_DISAGREE" }]
    : [{ kind: "EVENT_MISSING", repair: "TELL_STATE" }];
}

/** A number of Click's that was only kept has no life to tell of. */
function isBareNumber({ state, paymentId }: AuditedAttempt["attempt"], events: readonly string[]): boolean {
  return state === "CANCELLED" && paymentId === undefined && events.length === 0;
}

export function eventOf(state: AttemptState | string): string {
  return `attempt.${state.toLowerCase()}`;
}
