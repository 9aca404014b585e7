import { setTimeout as delay } from "node:timers/promises";
import { tashkentTime } from "../protocol/tashkent-time.ts";
import { amountText } from "./amount-spelling.ts";
import type { Behaviour } from "./behaviour.ts";
import type { CallRecord } from "./call-record.ts";
import type { ClickIds } from "./click-ids.ts";
import { type Payment, recordCall } from "./payment.ts";
import type { ShopCaller } from "./shop-caller.ts";

/** The context of all calls of one payment. */
export interface Drive {
  readonly payment: Payment;
  readonly behaviour: Behaviour;
  readonly serviceId: string;
  readonly prepareUrl: string | undefined;
  readonly completeUrl: string | undefined;
  readonly ids: ClickIds;
  readonly shop: ShopCaller;
  readonly stopped: AbortSignal;
  readonly onCall: (payment: Payment, record: CallRecord) => void;
}

export interface Exchange {
  readonly call: "Prepare" | "Complete";
  /** 0, or Click's negative code. */
  readonly error: number;
  /** Drop the answers. */
  readonly dropsAnswer?: boolean;
}

export interface Heard {
  readonly error: number;
}

/** The error_note of a cancelling Complete: Click's own texts are not published. */
const CANCEL_NOTE = "Payment cancelled";

/**
 * Sends one call as often as the behaviour says, and returns the first readable answer; undefined when there is none. Stores the prepare id
 * of the first accepted Prepare on the payment.
 */
export async function exchange(drive: Drive, what: Exchange): Promise<Heard | undefined> {
  const { repeat, repeat_in_parallel: inParallel } = drive.behaviour;
  const records: CallRecord[] = [];
  if (inParallel) {
    records.push(...(await Promise.all(Array.from({ length: repeat }, (_, copy) => send(drive, what, copy)))));
  } else {
    for (let copy = 0; copy < repeat; copy += 1) records.push(await send(drive, what, copy));
  }
  const answers = records.map((record) => record.result).filter((result) => result.kind === "answer");
  const accepted = answers.find((answer) => answer.error === 0);
  if (what.call === "Prepare" && accepted !== undefined) drive.payment.prepareId = accepted.prepareId;
  return answers[0];
}

/** Waits; throws when the stand-in is stopped, and the payment keeps its state. */
export async function pause(drive: Drive, delayMs: number): Promise<void> {
  if (delayMs > 0) await delay(delayMs, undefined, { signal: drive.stopped });
  drive.stopped.throwIfAborted();
}

async function send(drive: Drive, { call, error, dropsAnswer = false }: Exchange, copy: number): Promise<CallRecord> {
  const { payment, behaviour } = drive;
  await pause(drive, behaviour.delay_ms);
  const isNewAttempt = copy > 0 && behaviour.new_click_trans_id;
  const record = await drive.shop.call({
    callback: {
      clickTransId: String(isNewAttempt ? drive.ids.nextTransaction() : payment.clickTransId),
      serviceId: drive.serviceId,
      clickPaydocId: String(payment.paymentId),
      merchantTransId: payment.reference,
      merchantPrepareId:
        call === "Prepare" ? undefined : (payment.prepareId ?? NO_PREPARE_ID[behaviour.missing_prepare_id]),
      amount: amountText(payment, call, behaviour.amount_spelling),
      action: call === "Prepare" ? "0" : "1",
      error,
      errorNote: error === 0 ? "Success" : CANCEL_NOTE,
      signTime: tashkentTime(new Date()),
    },
    url: call === "Prepare" ? drive.prepareUrl : drive.completeUrl,
    timeoutMs: behaviour.call_timeout_ms,
    hasWrongSignature: behaviour.signature === "wrong",
    dropsAnswer,
  });
  recordCall(payment, record);
  drive.onCall(payment, record);
  return record;
}

const NO_PREPARE_ID: Readonly<Record<Behaviour["missing_prepare_id"], string | undefined>> = {
  empty: "",
  zero: "0",
  absent: undefined,
};
