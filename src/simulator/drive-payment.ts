import { ANSWER } from "../protocol/answer.ts";
import { type Drive, exchange, type Heard, pause } from "./exchange.ts";
import { debit, finishPaid, finishUnpaid, hang, leaveToSupport, process } from "./payment.ts";

/**
 * Click's side of one payment: Prepare, debit, Complete (click-protocol.md 1.2, 1.3). Click does not document its retries and delays; these
 * numbers are ours.
 */
const PREPARE_TRIES_MAX = 3;
const COMPLETE_TRIES_MAX = 5;

/** Status of a payment that the shop refused. Click documents none; this one is from its test scenarios. */
const REFUSED_STATUS = -5017;

/** Drives a new payment to its end. */
export async function drivePayment(drive: Drive): Promise<void> {
  const { payment, behaviour } = drive;
  process(payment, "asking the shop");
  const isEarly = behaviour.order === "complete_with_prepare" || behaviour.order === "complete_before_prepare";
  if (isEarly && behaviour.outcome !== "hang") await completeEarly(drive);
  else await decide(drive, await prepare(drive));
}

/** The customer of a hung payment acts now, by the behaviour's outcome. */
export async function resumePayment(drive: Drive): Promise<void> {
  // A second call waits for the first one.
  if (drive.payment.stage !== "hung") return;
  process(drive.payment, "the customer acts after all");
  await actAsCustomer(drive);
}

/** Click lost the state of a captured payment and repeats Prepare, then Complete. */
export async function askAgain(drive: Drive): Promise<void> {
  // It may have been reversed during the wait.
  if (drive.payment.money !== "taken") return;
  process(drive.payment, "asking again");
  await complete(drive, { error: ANSWER.SUCCESS, asksFirst: true });
}

/** Sends Prepare until an answer comes, and returns the first one. */
async function prepare(drive: Drive): Promise<Heard | undefined> {
  const { behaviour } = drive;
  for (let attempt = 1; attempt <= PREPARE_TRIES_MAX; attempt += 1) {
    if (attempt > 1) await beginAgain(drive);
    const dropsAnswer = behaviour.drop_answer === "prepare" && attempt === 1;
    const heard = await exchange(drive, { call: "Prepare", error: ANSWER.SUCCESS, dropsAnswer });
    if (heard !== undefined) return heard;
  }
  return undefined;
}

async function decide(drive: Drive, heard: Heard | undefined): Promise<void> {
  if (heard?.error === ANSWER.SUCCESS) await actAsCustomer(drive);
  else if (heard?.error === ANSWER.ALREADY_PAID) finishAsAlreadyPaid(drive);
  else await afterRefusal(drive);
}

async function actAsCustomer(drive: Drive): Promise<void> {
  const { payment, behaviour } = drive;
  switch (behaviour.outcome) {
    case "hang":
      hang(payment);
      return;
    case "decline":
      await complete(drive, { error: behaviour.decline_error });
      return;
    case "confirm":
      debit(payment);
      await complete(drive, { error: ANSWER.SUCCESS });
      return;
    default:
      return behaviour.outcome satisfies never;
  }
}

/** "Already confirmed": Click finishes the payment and sends no Complete. */
function finishAsAlreadyPaid({ payment, behaviour }: Drive): void {
  if (payment.money === "not_taken" && behaviour.debit_on_already_paid) debit(payment);
  if (payment.money === "taken")
    finishPaid(payment, "the shop says that it is already paid: finished without a Complete");
  else
    finishUnpaid(payment, ANSWER.ALREADY_PAID, "the shop says that it is already paid: nothing was taken, no Complete");
}

/** The Complete after a refused or unanswered Prepare. */
async function afterRefusal(drive: Drive): Promise<void> {
  const { payment, behaviour } = drive;
  if (behaviour.after_refusal === "confirm") {
    debit(payment);
    await complete(drive, { error: ANSWER.SUCCESS });
    return;
  }
  await complete(drive, { error: behaviour.decline_error });
}

/** Complete overtakes Prepare: the money is taken, and the first Complete has no prepare id. */
async function completeEarly(drive: Drive): Promise<void> {
  const { payment, behaviour } = drive;
  const error = behaviour.outcome === "decline" ? behaviour.decline_error : ANSWER.SUCCESS;
  if (error === ANSWER.SUCCESS) debit(payment);
  const first = exchange(drive, { call: "Complete", error });
  if (behaviour.order === "complete_before_prepare") await first;
  const [heard] = await Promise.all([first, exchange(drive, { call: "Prepare", error: ANSWER.SUCCESS })]);
  if (isFinal(heard)) settle(drive, error, heard);
  else await complete(drive, { error });
}

/** Sends Complete until a final answer, or leaves the payment to Click's support. */
async function complete(drive: Drive, how: { readonly error: number; readonly asksFirst?: boolean }): Promise<void> {
  const { payment, behaviour } = drive;
  const { error } = how;
  let asksFirst = how.asksFirst ?? false;
  let heard: Heard | undefined;
  for (let attempt = 1; attempt <= COMPLETE_TRIES_MAX; attempt += 1) {
    if (attempt > 1) await beginAgain(drive, asksFirst);
    if (asksFirst) {
      const asked = await exchange(drive, { call: "Prepare", error: ANSWER.SUCCESS });
      if (asked?.error === ANSWER.ALREADY_PAID) return finishAsAlreadyPaid(drive);
    }
    const dropsAnswer = behaviour.drop_answer === "complete" && attempt === 1;
    heard = await exchange(drive, { call: "Complete", error, dropsAnswer });
    if (isFinal(heard)) {
      settle(drive, error, heard);
      if (behaviour.order === "prepare_after_complete")
        await exchange(drive, { call: "Prepare", error: ANSWER.SUCCESS });
      return;
    }
    // Without an answer Click does not know whether the shop got it, and starts again with Prepare.
    asksFirst = heard === undefined && payment.money === "taken";
  }
  const last = heard === undefined ? "the shop does not answer" : `the shop answers ${heard.error}`;
  leaveToSupport(payment, REFUSED_STATUS, `${last} after ${COMPLETE_TRIES_MAX} tries: left to Click's support`);
}

/** After the debit only these three end a payment (click-protocol.md 1.3). */
function isFinal(heard: Heard | undefined): heard is Heard {
  const finals: readonly (number | undefined)[] = [ANSWER.SUCCESS, ANSWER.ALREADY_PAID, ANSWER.TRANSACTION_CANCELLED];
  return finals.includes(heard?.error);
}

function settle({ payment }: Drive, sentError: number, heard: Heard): void {
  if (sentError < 0) {
    finishUnpaid(payment, sentError, `cancelled; the shop answered ${heard.error}`);
  } else if (heard.error === ANSWER.TRANSACTION_CANCELLED) {
    leaveToSupport(payment, REFUSED_STATUS, "the money is taken, and the shop says that the payment is cancelled");
  } else {
    finishPaid(payment, `paid; the shop answered ${heard.error}`);
  }
}

async function beginAgain(drive: Drive, isNewPoll = true): Promise<void> {
  await pause(drive, drive.behaviour.retry_delay_ms);
  if (isNewPoll && drive.behaviour.new_click_trans_id) drive.payment.clickTransId = drive.ids.nextTransaction();
}
