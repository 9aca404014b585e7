import type { ClickWordStore, WordOutcome } from "../../app/payments/click-word-store.ts";
import { type Attempt, hadMoney, holdsMoney, holdsPayment } from "../../payment/attempt.ts";
import type { AttemptId } from "../../payment/ids.ts";
import { type ClickWord, judgeClickWord, type WordVerdict } from "../../payment/judge-click-word.ts";
import { isKnownMoney } from "../../payment/judge-complete.ts";
import type { Refund } from "../../payment/refund.ts";
import type { Pool } from "../driver/pool.ts";
import type { Statement } from "../driver/statement.ts";
import { inTransaction } from "../driver/transaction.ts";
import { raiseAnomaly } from "../effects/anomaly-writes.ts";
import { move, oweMarkPaid, takeBackMark } from "../effects/attempt-writes.ts";
import { settleWrites } from "../refunds/refund-writes.ts";
import { toAttempt } from "../rows/attempt-rows.ts";
import { openRefundOf, toRefund } from "../rows/refund-rows.ts";
import { forgetDenial } from "./denied-capture.ts";
import { attemptsOfClickPayment, bindClickPayment, type LockedAttempt, readLockedAttempt } from "./locked-attempt.ts";

/** What Click's Merchant API says of attempts, judged and written. */
export function clickWordStore(pool: Pool): ClickWordStore {
  return { apply: (word) => apply(pool, word) };
}

interface Word {
  readonly attemptId: AttemptId;
  readonly clickPaymentId: string;
  readonly word: ClickWord;
  readonly dryRun?: boolean;
}

function apply(pool: Pool, { attemptId, clickPaymentId, word, dryRun = false }: Word): Promise<WordOutcome> {
  return inTransaction<WordOutcome>(pool, async (tx) => {
    const locked = await readLockedAttempt(tx, attemptId);
    if (locked === undefined) return { writes: [], value: "UNCHANGED" };
    const { attempt } = locked.view;
    const [holders, refunds] = await tx.run(
      attemptsOfClickPayment(attempt.serviceId, clickPaymentId),
      openRefundOf(attempt.id),
    );
    const [refund] = (refunds?.rows ?? []).map(toRefund);
    const isElsewhere = (holders?.rows ?? [])
      .map(toAttempt)
      .some((a) => a.id !== attempt.id && a.clickPaymentId === clickPaymentId);
    // One payment of Click's proves one attempt, the one that had its money: its word does not count for a second.
    const isTwin = !hadMoney(attempt) && isKnownMoney(clickPaymentId, locked.view);
    if (isElsewhere || isTwin) return { writes: [], value: "BOUND_ELSEWHERE" };
    const { next, writes } = endOfRefund(word, locked, refund) ?? judged(word, locked, clickPaymentId);
    return { writes: dryRun ? [] : writes, value: next ?? "UNCHANGED" };
  });
}

interface Outcome {
  readonly next: WordVerdict["next"];
  readonly writes: readonly Statement[];
}

function judged(word: ClickWord, locked: LockedAttempt, clickPaymentId: string): Outcome {
  const verdict = judgeClickWord(word, locked.view);
  const { attempt } = locked.view;
  const writes = [
    ...bindToHolder(attempt, verdict, clickPaymentId),
    ...verdictWrites(locked, verdict, { source: "CLICK", clickPaymentId }),
    ...(word === "PAID" && holdsMoney(attempt) ? forgetDenial(attempt.id) : []),
  ];
  return { next: verdict.next, writes };
}

/** Money that went back because we asked for it is no surprise: the word is the lost reply to a refund. */
function endOfRefund(word: ClickWord, locked: LockedAttempt, refund: Refund | undefined): Outcome | undefined {
  if (word !== "FAILED" || !holdsMoney(locked.view.attempt)) return undefined;
  if (refund === undefined || refund.partial || refund.state === "STORED") return undefined;
  return { next: "REVERSED", writes: settleWrites(refund, locked, { kind: "DONE" }, 0n) };
}

/** Only what has money keeps Click's number for itself. */
export function bindToHolder(attempt: Attempt, { next }: WordVerdict, clickPaymentId: string): readonly Statement[] {
  const holds = next === "CAPTURED" || next === "OWED" || hadMoney(attempt);
  return holds ? bindClickPayment(attempt, clickPaymentId) : [];
}

/** The statements that make a verdict on Click's word true. */
export function verdictWrites(
  { view: { attempt }, updates }: LockedAttempt,
  { next, anomaly }: WordVerdict,
  cause: Readonly<Record<string, string>>,
): readonly Statement[] {
  return [
    ...(next === undefined ? [] : move(attempt, next, cause)),
    ...(next === "CAPTURED" ? oweMarkPaid(attempt) : []),
    ...(next === "REVERSED" && holdsPayment(attempt) ? takeBackMark(attempt, updates) : []),
    ...(anomaly === undefined
      ? []
      : [
          ...raiseAnomaly({
            kind: anomaly,
            serviceId: attempt.serviceId,
            subject: { attemptId: attempt.id },
            detail: { paymentId: attempt.paymentId, amountTiyin: String(attempt.amountTiyin), ...cause },
          }),
        ]),
  ];
}
