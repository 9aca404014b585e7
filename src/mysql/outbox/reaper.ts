import type { Discrepancy } from "../../app/payments/finding.ts";
import { expired, type OutboxRequest, type Overdue } from "../../payment/outbox.ts";
import { isUntouchedFor } from "../driver/clock.ts";
import type { Pool } from "../driver/pool.ts";
import { type Statement, statement } from "../driver/statement.ts";
import { read } from "../driver/transaction.ts";
import { moveRequest, type OutboxKind, type OutboxTable } from "./outbox.ts";

const ROWS_A_ROUND_MAX = 50;

/** Ends requests that a dead process or a lost reply left open. Safe to run twice at once: each is checked again under its locks. */
export async function reap<Ref extends { readonly id: number }, T extends OutboxRequest & Ref, Context>(
  pool: Pool,
  kind: OutboxKind<T, Ref, Context>,
  life: readonly Overdue<T>[],
): Promise<readonly Discrepancy[]> {
  const [found] = await read(pool, overdue(kind, life));
  const findings: Discrepancy[] = [];
  for (const seen of (found?.rows ?? []).map(kind.toRequest)) {
    const { state } = await moveRequest(pool, kind, seen, (request) => expired(request, seen.state, life));
    const outcome = state === seen.state ? "UNCHANGED" : state;
    findings.push({ subject: `${kind.subject} ${seen.id} (${seen.state})`, said: "NOT_ASKED", outcome });
  }
  return findings;
}

/** Longest unchanged first. */
function overdue<T extends OutboxRequest>({ table, columns }: OutboxTable<T>, life: readonly Overdue<T>[]): Statement {
  const terms = life.map(({ afterSeconds }) => `(state = ? AND ${isUntouchedFor("update_time", afterSeconds)})`);
  return statement(
    `SELECT ${columns} FROM ${table} WHERE ${terms.join(" OR ")} ORDER BY update_time, id LIMIT ${ROWS_A_ROUND_MAX}`,
    ...life.map(({ state }) => state),
  );
}
