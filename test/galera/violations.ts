import type { Answer, Purchase } from "./traffic.ts";

type Ask = (sql: string) => Promise<readonly Record<string, unknown>[]>;

interface AttemptRow {
  readonly id: number;
  readonly clickTransId: string;
  readonly paymentId: number;
  readonly state: string;
  readonly updates: readonly string[];
  readonly events: readonly string[];
  readonly entries: readonly string[];
  readonly anomalies: readonly string[];
}

const CAPTURED = "CAPTURED by attempt.captured";

/** What must be beside an attempt of each state that these purchases can come to: no more, and no less. */
const BESIDE: Readonly<Record<string, Pick<AttemptRow, "updates" | "events" | "entries">>> = {
  PREPARED: { updates: [], events: ["attempt.prepared"], entries: [] },
  CAPTURED: { updates: ["MARK_PAID PENDING"], events: ["attempt.prepared", "attempt.captured"], entries: [CAPTURED] },
  SETTLED: {
    ...{ updates: ["MARK_PAID APPLIED"], entries: [CAPTURED] },
    events: ["attempt.prepared", "attempt.captured", "attempt.settled"],
  },
  OWED: { updates: [], events: ["attempt.prepared", "attempt.owed"], entries: ["OWED by attempt.owed"] },
  CANCELLED: { updates: [], events: ["attempt.prepared", "attempt.cancelled"], entries: [] },
};
const MONEY = new Set(["CAPTURED", "SETTLED", "OWED"]);

/** Everything that Click was told and the rows do not say, and rows that contradict each other; a sentence each. */
export async function violations(ask: Ask, purchases: readonly Purchase[]): Promise<string[]> {
  const attempts = await readAttempts(ask);
  return purchases.flatMap(({ order, answers }) => {
    const own = attempts.filter((attempt) => attempt.paymentId === order.paymentId);
    const said = [
      ...answers.flatMap((answer) => contradicted(answer, own)),
      ...own.flatMap(incomplete),
      ...captures(own, answers),
    ];
    return said.map((sentence) => `order ${order.number}: ${sentence}`);
  });
}

async function readAttempts(ask: Ask): Promise<readonly AttemptRow[]> {
  const rows = await ask(
    `SELECT a.id, CAST(a.click_trans_id AS CHAR) AS clickTransId, a.payment_id AS paymentId, a.state,
       (SELECT GROUP_CONCAT(kind, ' ', state ORDER BY id) FROM clickbridge_order_update WHERE attempt_id = a.id) AS updates,
       (SELECT GROUP_CONCAT(type ORDER BY id) FROM clickbridge_event
         WHERE aggregate_type = 'attempt' AND aggregate_id = CAST(a.id AS CHAR)) AS events,
       (SELECT GROUP_CONCAT(l.kind, ' by ', COALESCE(e.type, 'nothing') ORDER BY l.id) FROM clickbridge_ledger l
         LEFT JOIN clickbridge_event e ON e.id = l.event_id AND e.aggregate_id = CAST(a.id AS CHAR)
         WHERE l.attempt_id = a.id AND l.amount_tiyin = a.amount_tiyin) AS entries,
       (SELECT GROUP_CONCAT(kind ORDER BY id) FROM clickbridge_anomaly WHERE attempt_id = a.id) AS anomalies
     FROM clickbridge_attempt a`,
  );
  const list = (value: unknown) => (typeof value === "string" ? value.split(",") : []);
  return rows.map((row) => ({
    ...(row as Pick<AttemptRow, "id" | "clickTransId" | "paymentId" | "state">),
    updates: list(row["updates"]),
    events: list(row["events"]),
    entries: list(row["entries"]),
    anomalies: list(row["anomalies"]),
  }));
}

function contradicted({ kind, error, prepareId, payment }: Answer, own: readonly AttemptRow[]): string[] {
  const attempt = own.find(({ clickTransId }) => clickTransId === payment.clickTransId);
  const said = `${kind} of ${payment.clickTransId} heard ${error}`;
  if (attempt === undefined) return [`${said}, and has no attempt`];
  if (prepareId !== undefined && prepareId !== attempt.id) return [`${said} with ${prepareId}, which is not its id`];
  const but = [`${said}, and its attempt is ${attempt.state}`];
  if (kind === "prepare") return error === 0 ? [] : but;
  const hasMoney = MONEY.has(attempt.state);
  if (kind === "cancel") return error === -9 && (attempt.state === "CANCELLED" || hasMoney) ? [] : but;
  return hasMoney === (error === 0 || error === -4) && (hasMoney || error === -9) ? [] : but;
}

function incomplete({ id, state, updates, events, entries, anomalies }: AttemptRow): string[] {
  const beside = BESIDE[state];
  const same = (a: readonly string[] | undefined, b: readonly string[]) =>
    [...(a ?? [])].sort().join() === [...b].sort().join();
  return [
    ...(same(beside?.updates, updates) ? [] : [`attempt ${id} is ${state} with the order updates [${updates}]`]),
    ...(same(beside?.entries, entries) ? [] : [`attempt ${id} is ${state} with the entries [${entries}]`]),
    ...(same(beside?.events, events) ? [] : [`attempt ${id} is ${state} with the events [${events}]`]),
    ...(state === "OWED" && anomalies.length === 0 ? [`attempt ${id} is OWED, and nobody is told`] : []),
  ];
}

/** Whoever paid once has one capture, and of two debits one is owed back. */
function captures(own: readonly AttemptRow[], answers: readonly Answer[]): string[] {
  const captured = own.filter(({ state }) => state === "CAPTURED" || state === "SETTLED").length;
  const paid = answers.some(({ kind, error }) => kind === "complete" && (error === 0 || error === -4));
  const firsts = new Map<string, number>();
  for (const { kind, error, payment } of answers)
    if (kind === "complete" && error === 0)
      firsts.set(payment.clickTransId, (firsts.get(payment.clickTransId) ?? 0) + 1);
  return [
    ...(captured === (paid ? 1 : 0) ? [] : [`${captured} attempts hold the payment`]),
    ...[...firsts].filter(([, count]) => count > 1).map(([id]) => `more than one Complete of ${id} heard 0`),
  ];
}
