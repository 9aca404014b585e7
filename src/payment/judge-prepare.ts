import type { AnswerCode } from "../protocol/answer.ts";
import type { Attempt } from "./attempt.ts";
import { eventOf } from "./audit.ts";
import { type AppendEvent, type Effect, NEW_ATTEMPT, type PaymentOfAttempt, type RaiseAnomaly } from "./effects.ts";
import type { EventType } from "./event.ts";
import { type PrepareEvent, type PrepareVerdict, type PrepareView, verdictOnPrepare } from "./prepare-verdict.ts";

export interface JudgedPrepare {
  readonly answer: AnswerCode;
  readonly effects: readonly Effect[];
}

/** The answer to a signed Prepare, and its effects. */
export function judgePrepare(event: PrepareEvent, view: PrepareView): JudgedPrepare {
  const verdict = verdictOnPrepare(event, view);
  const { existing } = view;
  return {
    answer: verdict.answer,
    effects: [...attemptEffects(event, existing, verdict), ...anomalyEffects(event, existing, verdict)],
  };
}

function attemptEffects(
  event: PrepareEvent,
  existing: Attempt | undefined,
  { answer, write }: PrepareVerdict,
): readonly Effect[] {
  if (write === undefined) return [];
  const { state } = write;
  const { serviceId, clickTransId, clickPaydocId, merchantTransId, amountTiyin, callerAddress } = event;
  const feeTiyin = write.payment?.feeTiyin ?? existing?.feeTiyin ?? 0n;
  const payment = write.payment && idsOf(write.payment);
  const told = tellOf(event, existing, { answer, write, feeTiyin });
  if (existing === undefined) {
    const ids = { serviceId, clickTransId, clickPaydocId, merchantTransId, payment };
    return [{ effect: "NewAttempt", state, ...ids, amountTiyin, feeTiyin, answer, callerAddress }, told];
  }
  const set = { answer, clickPaydocId, payment, sums: { amountTiyin, feeTiyin } };
  const move: Effect = { effect: "MoveAttempt", attemptId: existing.id, from: existing.state, to: state, set };
  // A repeated refusal is not a transition.
  return existing.state === state ? [move] : [move, told];
}

function idsOf({ paymentId, orderId }: PaymentOfAttempt): PaymentOfAttempt {
  return { paymentId, orderId };
}

function tellOf(
  { serviceId, clickTransId, clickPaydocId, merchantTransId, amountTiyin }: PrepareEvent,
  existing: Attempt | undefined,
  {
    answer,
    write,
    feeTiyin,
  }: Pick<PrepareVerdict, "answer"> & { write: NonNullable<PrepareVerdict["write"]>; feeTiyin: bigint },
): AppendEvent {
  const sums = { amountTiyin: String(amountTiyin), feeTiyin: String(feeTiyin) };
  return {
    effect: "AppendEvent",
    type: eventOf(write.state) as EventType,
    aggregateId: existing?.id ?? NEW_ATTEMPT,
    serviceId,
    paymentId: write.payment?.paymentId,
    payload: { answer, ...sums, clickTransId, clickPaymentId: clickPaydocId, merchantTransId },
  };
}

function anomalyEffects(
  { serviceId, clickTransId, merchantTransId }: PrepareEvent,
  existing: Attempt | undefined,
  { anomaly, write }: PrepareVerdict,
): readonly RaiseAnomaly[] {
  if (anomaly === undefined) return [];
  const attemptId = existing?.id ?? (write === undefined ? undefined : NEW_ATTEMPT);
  const { paymentId, orderId, currency } = write?.payment ?? {};
  return [
    {
      effect: "RaiseAnomaly",
      kind: anomaly,
      serviceId,
      subject: attemptId === undefined ? { clickTransId, merchantTransId } : { attemptId },
      detail: { clickTransId, merchantTransId, paymentId, orderId, currency },
      onRepeat: "COUNT_AND_OPEN",
    },
  ];
}
