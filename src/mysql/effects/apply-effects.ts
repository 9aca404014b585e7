import type { Effect } from "../../payment/effects.ts";
import type { Statement } from "../driver/statement.ts";
import type { Decision } from "../driver/transaction.ts";
import { closeAnomalies, closeAnomaly, raiseAnomaly } from "./anomaly-statements.ts";
import { bindClickPayment, moveAttempt, newAttempt } from "./attempt-statements.ts";
import { withoutNeedlessKeeping } from "./new-attempt-id.ts";
import { enqueueOrderUpdate, setOrderUpdate } from "./order-update-statements.ts";
import { appendEvent, recordDecision, setCharge, setInvoice, setRefund, setSubmission } from "./record-statements.ts";
import { askUnderReference, forgetDenial, noteDenial } from "./status-poll-statements.ts";

/** The id of the row that NewAttempt or EnqueueOrderUpdate inserted; known after the COMMIT. */
export type IdOf = (effect: Effect) => number;

/**
 * The writes and the value of a transaction. When one effect does not find the state that it expects, none is written, and the transaction
 * is retried (StaleReadError).
 */
export function applyEffects<T>(effects: readonly Effect[], value: T | ((idOf: IdOf) => T)): Decision<T> {
  const writes = withoutNeedlessKeeping(effects.map(statementsOf));
  const statements = writes.flat();
  if (typeof value !== "function") return { writes: statements, value };
  return {
    writes: statements,
    value: (written) => {
      const idOf: IdOf = (effect) => {
        const [made] = writes[effects.indexOf(effect)] ?? [];
        return (made === undefined ? undefined : written[statements.indexOf(made)]?.insertId) ?? 0;
      };
      return (value as (idOf: IdOf) => T)(idOf);
    },
  };
}

/** Keeps the order: an effect on the new attempt follows NewAttempt. */
export function statementsOf(effect: Effect): readonly Statement[] {
  switch (effect.effect) {
    case "NewAttempt":
      return newAttempt(effect);
    case "MoveAttempt":
      return moveAttempt(effect);
    case "BindClickPayment":
      return bindClickPayment(effect);
    case "EnqueueOrderUpdate":
      return enqueueOrderUpdate(effect);
    case "SetOrderUpdate":
      return setOrderUpdate(effect);
    case "SetRefund":
      return setRefund(effect);
    case "SetCharge":
      return setCharge(effect);
    case "SetInvoice":
      return setInvoice(effect);
    case "SetSubmission":
      return setSubmission(effect);
    case "RaiseAnomaly":
      return raiseAnomaly(effect);
    case "CloseAnomalies":
      return closeAnomalies(effect);
    case "CloseAnomaly":
      return closeAnomaly(effect);
    case "RecordDecision":
      return recordDecision(effect);
    case "AskUnderReference":
      return askUnderReference(effect);
    case "NoteDenial":
      return noteDenial(effect);
    case "ForgetDenial":
      return forgetDenial(effect);
    case "AppendEvent":
      return appendEvent(effect);
    default:
      return effect satisfies never;
  }
}
