import type { Attempt } from "../../payment/attempt.ts";
import * as moves from "../../payment/attempt-moves.ts";
import type { Detail } from "../../payment/effects.ts";
import type { OrderUpdate } from "../../payment/order-update.ts";
import * as marks from "../../payment/paid-mark.ts";
import type { Statement } from "../driver/statement.ts";
import { statementsOf } from "./apply-effects.ts";

/** The effects of `src/payment` as statements. To go with the last of its callers. */

type Moved = Parameters<typeof moves.moveAttempt>[1];

export function move(attempt: Attempt, next: Moved, cause: Detail): readonly Statement[] {
  return moves.moveAttempt(attempt, next, cause).flatMap(statementsOf);
}

export function tellState(attempt: Attempt): Statement {
  return statementsOf(moves.tellState(attempt))[0] as Statement;
}

export function oweMarkPaid(attempt: Attempt, state: "PENDING" | "HELD" = "PENDING"): readonly Statement[] {
  return marks.oweMarkPaid(attempt, state).flatMap(statementsOf);
}

export function takeBackMark(attempt: Attempt, updates: readonly OrderUpdate[]): readonly Statement[] {
  return marks.takeBackMark(attempt, updates).flatMap(statementsOf);
}

export function withdrawUntouched(updates: readonly OrderUpdate[]): readonly Statement[] {
  return marks.withdrawUntouched(updates).flatMap(statementsOf);
}

export function restoreMark(updates: readonly OrderUpdate[]): readonly Statement[] {
  return marks.restoreMark(updates).flatMap(statementsOf);
}
