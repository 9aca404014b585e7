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
 * update_time, besides columns of their kind.
 */
export interface OutboxTable<T> {
  readonly table: `clickbridge_${"invoice" | "refund" | "charge" | "fiscal"}`;
  /** The columns that `toRequest` reads. */
  readonly columns: string;
  readonly toRequest: (row: Row) => T;
  /** What the claim sets in addition to state and token. */
  readonly claimSets?: string;
}

/** A table together with the transitions of its requests. */
export interface OutboxKind<T extends OutboxRequest, Ref extends { readonly id: number }, Context = unknown>
  extends OutboxTable<T> {
  /** Name for texts and logs. */
  readonly subject: string;
  /** Takes the locks that come before the lock of the request's row, and reads what the transition needs. */
  lock(tx: Transaction, ref: Ref): Promise<Context>;
  /** The effects of a transition: on its row, on events, and on others. */
  moved(next: T, before: T, context: Context): readonly Effect[];
}

/** Request ids are separate for each caller, and for each kind in a table of several kinds. */
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

/** Reads the result of `requestNamed`. */
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

/** Inserts a request as STORED. `own`: values of the kind's columns. */
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

/** STORED → SENDING. Also matches its own earlier claim, which a retry after a lost reply to COMMIT must recognise. */
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

/** A request read under its locks. */
export interface Current<T, Context> {
  readonly request: T;
  readonly row: Row;
  readonly now: Date;
  readonly context: Context;
}

/** Locks and reads a request, then decides. */
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

/** Moves a request to the result of `next`; undefined: no change. */
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
