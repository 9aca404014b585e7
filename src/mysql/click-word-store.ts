import type { ClickWordStore, WordOutcome } from "../app/ports.ts";
import { type Attempt, hadMoney } from "../payment/attempt.ts";
import type { AttemptId } from "../payment/ids.ts";
import { type ClickWord, judgeClickWord, type WordVerdict } from "../payment/judge-click-word.ts";
import { isKnownMoney } from "../payment/judge-complete.ts";
import { toAttempt } from "./attempt-rows.ts";
import { move, oweMarkPaid, takeBackMark } from "./attempt-writes.ts";
import { attemptsOfClickPayment, bindClickPayment, type LockedAttempt, readLockedAttempt } from "./locked-attempt.ts";
import type { Pool } from "./pool.ts";
import { insertAnomaly } from "./record-rows.ts";
import { openRefundOf, toRefund } from "./refund-rows.ts";
import type { Statement } from "./statement.ts";
import { inTransaction } from "./transaction.ts";

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
    const isElsewhere = (holders?.rows ?? [])
      .map(toAttempt)
      .some((a) => a.id !== attempt.id && a.clickPaymentId === clickPaymentId);
    // One payment of Click's proves one attempt, the one that had its money: its word does not count for a second.
    const isTwin = !hadMoney(attempt) && isKnownMoney(clickPaymentId, locked.view);
    if (isElsewhere || isTwin) return { writes: [], value: "BOUND_ELSEWHERE" };
    const judged = judgeClickWord(word, locked.view);
    // Money that we ask back is no surprise, though the reply that it went is lost or still on its way.
    const isAskedBack =
      judged.next === "REVERSED" && (refunds?.rows ?? []).map(toRefund).some(({ partial }) => !partial);
    const verdict = isAskedBack ? { next: judged.next } : judged;
    const writes = [
      ...bindClickPayment(attempt, clickPaymentId),
      ...verdictWrites(locked, verdict, { source: "CLICK", clickPaymentId }),
    ];
    return { writes: dryRun ? [] : writes, value: verdict.next ?? "UNCHANGED" };
  });
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
    ...(next === "REVERSED" && holdsMark(attempt) ? takeBackMark(attempt, updates) : []),
    ...(anomaly === undefined
      ? []
      : [
          insertAnomaly({
            kind: anomaly,
            serviceId: attempt.serviceId,
            subject: { attemptId: attempt.id },
            detail: { paymentId: attempt.paymentId, amountTiyin: String(attempt.amountTiyin), ...cause },
          }),
        ]),
  ];
}

function holdsMark({ state }: Attempt): boolean {
  return state === "CAPTURED" || state === "SETTLED";
}
