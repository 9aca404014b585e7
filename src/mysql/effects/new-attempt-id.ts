import { type AttemptReference, NEW_ATTEMPT } from "../../payment/effects.ts";
import { type Statement, statement } from "../driver/statement.ts";

const NEW_ATTEMPT_ID = "@clickbridge_attempt_id";

/** Must follow the INSERT of an attempt at once; later statements of the same round trip use the id. */
export const keepNewAttemptId: Statement = statement(`SET ${NEW_ATTEMPT_ID} = LAST_INSERT_ID()`);

/** Removes the statement when only the very next one uses the id, because each statement costs both sides a packet. */
export function withoutNeedlessKeeping(writes: readonly (readonly Statement[])[]): readonly (readonly Statement[])[] {
  const all = writes.flat();
  const at = all.indexOf(keepNewAttemptId);
  const [next, ...later] = at < 0 ? [] : all.slice(at + 1);
  if (next === undefined || later.some(({ sql }) => sql.includes(NEW_ATTEMPT_ID))) return writes;
  const named = { ...next, sql: next.sql.replaceAll(NEW_ATTEMPT_ID, "LAST_INSERT_ID()") };
  return writes.map((statements) =>
    statements.filter((one) => one !== keepNewAttemptId).map((one) => (one === next ? named : one)),
  );
}

/** An id, or the variable that has the id of the new attempt. */
export function placeholderOf(id: AttemptReference | number): {
  readonly sql: string;
  readonly values: readonly number[];
} {
  return id === NEW_ATTEMPT ? { sql: NEW_ATTEMPT_ID, values: [] } : { sql: "?", values: [id] };
}
