import type { AnomalyKind } from "./anomaly.ts";
import { type Attempt, type AttemptState, everCaptured } from "./attempt.ts";
import { balanceOf } from "./ledger.ts";

/** What of our own rows must agree about an attempt, whatever happened to the database in between. */

export interface AuditedAttempt {
  readonly attempt: Pick<Attempt, "state" | "paymentId" | "amountTiyin">;
  /** Whether the shop was ever owed a MARK_PAID for it. */
  readonly hasMark: boolean;
  /** Types of its events, oldest first; undefined when they are older than those that are kept. */
  readonly events: readonly string[] | undefined;
  /** What its entries in the ledger come to. */
  readonly bookedTiyin: bigint;
  /** What its refunds gave back. */
  readonly returnedTiyin: bigint;
}

export interface AuditFinding {
  readonly kind: Extract<AnomalyKind, "MARK_MISSING" | "EVENT_MISSING" | "EVENTS_DISAGREE" | "LEDGER_DISAGREES">;
  /** Where only one thing can be missing, it is added. */
  readonly repair?: "OWE_MARK" | "TELL_STATE" | "BOOK_DIFFERENCE" | undefined;
}

/** What Click's money is behind. */
const OF_MONEY: ReadonlySet<string> = new Set(["CAPTURED", "SETTLED", "OWED", "REVERSED"].map(eventOf));

export function auditAttempt(audited: AuditedAttempt): readonly AuditFinding[] {
  const { attempt, hasMark } = audited;
  const isUnmarked = attempt.state === "CAPTURED" && attempt.paymentId !== undefined && !hasMark;
  const events = auditEvents(audited);
  return [
    ...(isUnmarked ? [{ kind: "MARK_MISSING", repair: "OWE_MARK" } as const] : []),
    ...events,
    // Where nobody knows which state is the right one, nobody knows what is to be booked either.
    ...(events.some(({ kind }) => kind === "EVENTS_DISAGREE") ? [] : auditLedger(audited)),
  ];
}

/** Money that an attempt has, or had, is certain; money that only the ledger has may be what the row lost. */
function auditLedger({ attempt, bookedTiyin, returnedTiyin }: AuditedAttempt): readonly AuditFinding[] {
  if (bookedTiyin === balanceOf(attempt, returnedTiyin)) return [];
  return [
    everCaptured(attempt) ? { kind: "LEDGER_DISAGREES", repair: "BOOK_DIFFERENCE" } : { kind: "LEDGER_DISAGREES" },
  ];
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
