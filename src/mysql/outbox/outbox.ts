import type { RequestKey, Stored } from "../../app/outbox/send-once.ts";
import type { Effect } from "../../payment/effects.ts";
import type { OutboxRequest } from "../../payment/outbox.ts";
import type { Pool } from "../driver/pool.ts";
import {
  type Row,
  type SqlValue,
  type Statement,
  type StatementResult,
  statement,
  text,
  time,
} from "../driver/statement.ts";
import { type Decision, inTransaction, read, type Transaction } from "../driver/transaction.ts";
import { applyEffects, statementsOf } from "../effects/apply-effects.ts";

/**
 * The table of one kind of request to Click. All have id, caller, request_id, request_hash, user_id, state, send_token, create_time and
 * update_time; the other columns are each kind's own.
 */
export interface OutboxTable<T> {
  readonly table: `clickbridge_${"invoice" | "refund" | "charge" | "fiscal"}`;
  /** All that `toRequest` reads. */
  readonly columns: string;
  readonly toRequest: (row: Row) => T;
  /** What the claim for sending sets beside state and token. */
  readonly claimSets?: string;
}

/** And how its requests move. */
export interface OutboxKind<T extends OutboxRequest, Ref extends { readonly id: number }, Context = unknown>
  extends OutboxTable<T> {
  /** For people and for logs. */
  readonly subject: string;
  /** Takes the locks that come before the request's own row, and reads what its end needs beside it. */
  lock(tx: Transaction, ref: Ref): Promise<Context>;
  /** What a request does when it moves: to its own row, what is told of it, and what follows from it. */
  moved(next: T, before: T, context: Context): readonly Effect[];
}

/** Request ids are kept per caller, and in a table of several kinds per kind. */
export interface RequestName extends Pick<RequestKey, "caller" | "requestId"> {
  readonly kind?: string;
}

export function requestNamed(
  { table, columns }: OutboxTable<unknown>,
  { caller, requestId, kind }: RequestName,
): Statement {
  const select = `SELECT ${columns}, HEX(request_hash) AS request_hash_hex FROM ${table} WHERE caller = ? AND request_id = ?`;
  return kind === undefined
    ? statement(select, caller, requestId)
    : statement(`${select} AND kind = ?`, caller, requestId, kind);
}

/** What `requestNamed` found. */
export function storedIn<T>({ toRequest }: OutboxTable<T>, found: StatementResult | undefined): Stored<T> | undefined {
  const [row] = found?.rows ?? [];
  if (row === undefined) return undefined;
  return { request: toRequest(row), requestHash: Buffer.from(text(row, "request_hash_hex"), "hex") };
}

export async function findRequest<T>(
  pool: Pool,
  table: OutboxTable<T>,
  name: RequestName,
): Promise<Stored<T> | undefined> {
  return storedIn(table, (await read(pool, requestNamed(table, name)))[0]);
}

/** A request's first row, in the state STORED. `own`: the kind's columns with their values. */
export function storing<T>(
  { table, columns, toRequest }: OutboxTable<T>,
  { caller, requestId, requestHash }: RequestKey,
  own: Readonly<Record<string, SqlValue>>,
  beside: readonly Effect[] = [],
): Decision<Stored<T>> {
  const names = Object.keys(own);
  return {
    writes: [
      statement(
        `INSERT INTO ${table} (caller, request_id, request_hash, state, ${names.join(", ")})
         VALUES (?, ?, UNHEX(?), 'STORED', ${names.map(() => "?").join(", ")})`,
        caller,
        requestId,
        requestHash.toString("hex"),
        ...Object.values(own),
      ),
      statement(`SELECT ${columns} FROM ${table} WHERE id = LAST_INSERT_ID()`),
      ...beside.flatMap(statementsOf),
    ],
    value: ([, made]) => ({ requestHash, request: toRequest(made?.rows[0] ?? {}) }),
  };
}

/** STORED → SENDING. Matches its own work as well: a repeat after a lost reply to COMMIT must not take it for somebody else's. */
export function claiming({ table, claimSets }: OutboxTable<unknown>, id: number, token: string): Decision<boolean> {
  const sets = claimSets === undefined ? "" : `${claimSets}, `;
  const claim = statement(
    `UPDATE ${table} SET ${sets}state = 'SENDING', send_token = ?
     WHERE id = ? AND (state = 'STORED' OR (state = 'SENDING' AND send_token = ?))`,
    token,
    id,
    token,
  );
  return { writes: [claim], value: ([updated]) => updated?.matchedCount === 1 };
}

/** A request as it is now, behind its locks. */
export interface Current<T, Context> {
  readonly request: T;
  readonly row: Row;
  readonly now: Date;
  readonly context: Context;
}

/** Decides about a request as it is now. */
export function changeRequest<T extends OutboxRequest, Ref extends { readonly id: number }, Context, Result>(
  pool: Pool,
  kind: OutboxKind<T, Ref, Context>,
  ref: Ref,
  decide: (current: Current<T, Context>) => Decision<Result>,
): Promise<Result> {
  return inTransaction<Result>(pool, async (tx) => {
    const context = await kind.lock(tx, ref);
    const [found] = await tx.run(
      statement(`SELECT ${kind.columns}, NOW(3) AS now FROM ${kind.table} WHERE id = ? FOR UPDATE`, ref.id),
    );
    const [row] = found?.rows ?? [];
    if (row === undefined) throw new TypeError(`a ${kind.subject} vanished while it was being sent`);
    return decide({ request: kind.toRequest(row), row, now: time(row, "now"), context });
  });
}

/** Moves a request to what `next` says it becomes; undefined: it stays as it is. */
export function moveRequest<T extends OutboxRequest, Ref extends { readonly id: number }, Context>(
  pool: Pool,
  kind: OutboxKind<T, Ref, Context>,
  ref: Ref,
  next: (request: T, now: Date) => T | undefined,
): Promise<T> {
  return changeRequest<T, Ref, Context, T>(pool, kind, ref, ({ request, now, context }) => {
    const moved = next(request, now);
    return moved === undefined
      ? { writes: [], value: request }
      : applyEffects(kind.moved(moved, request, context), () => moved);
  });
}
