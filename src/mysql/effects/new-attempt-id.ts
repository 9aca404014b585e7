import { type AttemptReference, NEW_ATTEMPT } from "../../payment/effects.ts";
import { type Statement, statement } from "../driver/statement.ts";

const NEW_ATTEMPT_ID = "@clickbridge_attempt_id";

/** Stands right after the INSERT of an attempt, so that the rows about it can name it in the same round trip. */
export const keepNewAttemptId: Statement = statement(`SET ${NEW_ATTEMPT_ID} = LAST_INSERT_ID()`);

/** What each effect writes, with one statement less where only the very next one names the new attempt: each costs both sides a packet. */
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

/** A number, or the variable that keeps the new attempt's. */
export function placeholderOf(id: AttemptReference | number): {
  readonly sql: string;
  readonly values: readonly number[];
} {
  return id === NEW_ATTEMPT ? { sql: NEW_ATTEMPT_ID, values: [] } : { sql: "?", values: [id] };
}
