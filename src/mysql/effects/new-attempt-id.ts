import { type AttemptReference, NEW_ATTEMPT } from "../../payment/effects.ts";
import { type Statement, statement } from "../driver/statement.ts";

const NEW_ATTEMPT_ID = "@clickbridge_attempt_id";

/** Stands right after the INSERT of an attempt, so that the rows about it can name it in the same round trip. */
export const keepNewAttemptId: Statement = statement(`SET ${NEW_ATTEMPT_ID} = LAST_INSERT_ID()`);

/** A number, or the variable that keeps the new attempt's. */
export function placeholderOf(id: AttemptReference | number): {
  readonly sql: string;
  readonly values: readonly number[];
} {
  return id === NEW_ATTEMPT ? { sql: NEW_ATTEMPT_ID, values: [] } : { sql: "?", values: [id] };
}
