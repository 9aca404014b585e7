import type { EnqueueOrderUpdate, Lease, OrderUpdateChange, SetOrderUpdate } from "../../payment/effects.ts";
import { compareAndSet, type SqlValue, type Statement, statement } from "../driver/statement.ts";
import { placeholderOf } from "./new-attempt-id.ts";

/** The only place that writes clickbridge_order_update. */

interface Assignment {
  readonly column: string;
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

export function enqueueOrderUpdate(update: EnqueueOrderUpdate): readonly Statement[] {
  const { attemptId, kind, state, payment, amountTiyin, lease } = update;
  const attempt = placeholderOf(attemptId);
  const assigned = [
    { column: "attempt_id", ...attempt },
    assign("kind", kind),
    assign("state", state),
    assign("payment_id", payment.paymentId),
    assign("order_id", payment.orderId),
    assign("amount_tiyin", amountTiyin),
    ...(lease === undefined ? [] : [...leased(lease), assign("try_count", 1)]),
  ];
  return [
    statement(
      `INSERT INTO clickbridge_order_update (${assigned.map(({ column }) => column).join(", ")})
       VALUES (${assigned.map(({ sql }) => sql).join(", ")})`,
      ...assigned.flatMap(({ values }) => values),
    ),
  ];
}

export function setOrderUpdate({ id, from, set }: SetOrderUpdate): readonly Statement[] {
  const assigned = changed(set);
  return [
    compareAndSet(
      `UPDATE clickbridge_order_update SET ${assigned.map(({ column, sql }) => `${column} = ${sql}`).join(", ")}
       WHERE id = ? AND state = ? AND try_count = ? AND token ${from.token === undefined ? "IS NULL" : "= ?"}`,
      ...assigned.flatMap(({ values }) => values),
      id,
      from.state,
      from.tryCount,
      ...(from.token === undefined ? [] : [from.token]),
    ),
  ];
}

function changed(set: OrderUpdateChange): readonly Assignment[] {
  const { state, lease, dueInSeconds, tryCount, saveCount, refusal, detail } = set;
  return [
    ...(state === undefined ? [] : [assign("state", state)]),
    ...(lease === undefined ? [] : leased(lease)),
    ...(dueInSeconds === undefined ? [] : [inSeconds("due_time", dueInSeconds)]),
    ...(tryCount === undefined ? [] : [assign("try_count", tryCount)]),
    ...(saveCount === undefined ? [] : [assign("save_count", saveCount)]),
    ...(refusal === undefined ? [] : [assign("refusal", refusal === "NONE" ? null : refusal)]),
    ...(detail === undefined ? [] : [assign("detail", detail)]),
  ];
}

function leased(lease: Lease | "ENDED"): readonly Assignment[] {
  if (lease === "ENDED") return [assign("lease_expire_time", null)];
  return [
    assign("token", lease.token),
    inSeconds("lease_expire_time", lease.seconds),
    { column: "start_time", sql: lease.started ? "NOW(3)" : "NULL", values: [] },
  ];
}

function assign(column: string, value: SqlValue): Assignment {
  return { column, sql: "?", values: [value] };
}

function inSeconds(column: string, seconds: number): Assignment {
  return { column, sql: "NOW(3) + INTERVAL ? SECOND", values: [seconds] };
}
