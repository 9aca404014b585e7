import type { AnomalyKind } from "./anomaly.ts";
import { type Attempt, type AttemptState, everCaptured } from "./attempt.ts";
import { balanceOf } from "./ledger.ts";

/** Checks that our own rows about an attempt agree, whatever happened to the database. */

export interface AuditedAttempt {
  readonly attempt: Pick<Attempt, "state" | "paymentId" | "amountTiyin">;
  /** Whether a MARK_PAID was ever enqueued for it. */
  readonly hasMarkPaid: boolean;
  /** Types of its events, oldest first; undefined when they may have been purged. */
  readonly events: readonly string[] | undefined;
  /** What its entries in the ledger come to. */
  readonly bookedTiyin: bigint;
  /** The buyer's fee in it. */
  readonly bookedFeeTiyin: bigint;
  /** What its refunds gave back. */
  readonly returnedTiyin: bigint;
}

export interface AuditFinding {
  readonly kind: Extract<AnomalyKind, "MARK_MISSING" | "EVENT_MISSING" | "EVENTS_DISAGREE" | "LEDGER_DISAGREES">;
  /** The repair, when only one thing can be missing. */
  readonly repair?: "ENQUEUE_MARK_PAID" | "TELL_STATE" | "BOOK_DIFFERENCE" | undefined;
}

/** Event types of states with money. */
const OF_MONEY: ReadonlySet<string> = new Set(["CAPTURED", "SETTLED", "OWED", "REVERSED"].map(eventOf));

export function auditAttempt(audited: AuditedAttempt): readonly AuditFinding[] {
  const { attempt, hasMarkPaid } = audited;
  const lacksMarkPaid = attempt.state === "CAPTURED" && attempt.paymentId !== undefined && !hasMarkPaid;
  const events = auditEvents(audited);
  return [
    ...(lacksMarkPaid ? [{ kind: "MARK_MISSING", repair: "ENQUEUE_MARK_PAID" } as const] : []),
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
  // An event reported money that the row does not have: the row may be wrong.
  const isLost = events.some((type) => OF_MONEY.has(type)) && !OF_MONEY.has(now);
  return isLost || events.includes(now)
    ? [{ kind: "EVENTS_DISAGREE" }]
    : [{ kind: "EVENT_MISSING", repair: "TELL_STATE" }];
}

/** An attempt that only stores a click_trans_id has no events. */
function isBareNumber({ state, paymentId }: AuditedAttempt["attempt"], events: readonly string[]): boolean {
  return state === "CANCELLED" && paymentId === undefined && events.length === 0;
}

export function eventOf(state: AttemptState | string): string {
  return `attempt.${state.toLowerCase()}`;
}
