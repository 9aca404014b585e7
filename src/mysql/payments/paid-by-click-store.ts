import type { WordOutcome } from "../../app/payments/click-word-store.ts";
import type { PaidByClick, PaidWord } from "../../app/payments/paid-by-click.ts";
import type { AnomalyKind } from "../../payment/anomaly.ts";
import { type Attempt, hadMoney, isOfPayment, orderTiyin } from "../../payment/attempt.ts";
import { fail } from "../../payment/failure.ts";
import type { OrderId } from "../../payment/ids.ts";
import { judgeClickWord } from "../../payment/judge-click-word.ts";
import { isTaken, type ShopPayment } from "../../payment/shop-payment.ts";
import type { Pool } from "../driver/pool.ts";
import { type Statement, statement } from "../driver/statement.ts";
import { type Decision, inTransaction, type Transaction } from "../driver/transaction.ts";
import { raiseAnomaly } from "../effects/anomaly-writes.ts";
import { attemptsOfPaymentsForUpdate, merchantTransKey, toAttempt } from "../rows/attempt-rows.ts";
import { lockPayments } from "../rows/payment-lock.ts";
import { insertEvent, keepNewAttemptId, NEW_ATTEMPT } from "../rows/record-rows.ts";
import { shopPaymentById, toShopPayment } from "../rows/shop-rows.ts";
import { bindToHolder, verdictWrites } from "./click-word-store.ts";
import { attemptsOfClickPayment, readLockedAttempt } from "./locked-attempt.ts";

/** Money that Click took without a Prepare or a Complete that we know of. */
export function paidByClickStore(pool: Pool): PaidByClick {
  return { record: (word) => inTransaction(pool, (tx) => record(tx, word)) };
}

async function record(tx: Transaction, word: PaidWord): Promise<Decision<WordOutcome>> {
  const { paymentId, serviceId, clickPaymentId } = word;
  const [seen] = await tx.run(shopPaymentById(paymentId));
  const [before] = (seen?.rows ?? []).map(toShopPayment);
  if (before === undefined) return fail({ reason: "PAYMENT_NOT_FOUND", paymentId });
  const { orderId } = before;
  const [, own, named, payments] = await tx.run(
    lockPayments([{ paymentId, orderId }]),
    attemptsOfPaymentsForUpdate([paymentId]),
    attemptsOfClickPayment(serviceId, clickPaymentId),
    shopPaymentById(paymentId),
  );
  const [shop] = (payments?.rows ?? []).map(toShopPayment);
  const attempts = (own?.rows ?? []).map(toAttempt);
  // Its callbacks came after all, before or beside us: they know more than we do.
  const known = theKnown(
    (named?.rows ?? []).map(toAttempt).filter((a) => isKnown(a, word)),
    clickPaymentId,
  );
  if (known !== undefined) return moveKnown(tx, known, clickPaymentId);
  return {
    writes: newAttempt(word, orderId, whyOwed(word, shop, attempts)),
    value: whyOwed(word, shop, attempts) ? "OWED" : "CAPTURED",
  };
}

function isKnown(attempt: Attempt, { clickPaymentId, paymentId, reference }: PaidWord): boolean {
  if (attempt.clickPaymentId === clickPaymentId) return true;
  return isOfPayment(attempt, paymentId) || attempt.merchantTransId === reference;
}

/** Of several that were asked about one payment of Click's: the one that Click confirmed, else the one that had the money. */
function theKnown(known: readonly Attempt[], clickPaymentId: string): Attempt | undefined {
  return known.find((a) => a.clickPaymentId === clickPaymentId) ?? known.find(hadMoney) ?? known[0];
}

async function moveKnown(tx: Transaction, known: Attempt, clickPaymentId: string): Promise<Decision<WordOutcome>> {
  const locked = await readLockedAttempt(tx, known.id);
  if (locked === undefined) return { writes: [], value: "UNCHANGED" };
  const verdict = judgeClickWord("PAID", locked.view);
  const writes = verdictWrites(locked, verdict, { source: "CLICK", clickPaymentId });
  return {
    writes: [...bindToHolder(locked.view.attempt, verdict, clickPaymentId), ...writes],
    value: verdict.next ?? "UNCHANGED",
  };
}

/** A card was charged for what the payment asked then; of what reconciliation finds, nobody knows the sum. */
function whyOwed(
  { source }: PaidWord,
  shop: ShopPayment | undefined,
  attempts: readonly Attempt[],
): AnomalyKind | undefined {
  if (source === "RECONCILIATION") return "PAID_WITHOUT_ATTEMPT";
  if (shop === undefined) return "PAID_OTHERWISE";
  if (!isTaken(shop, attempts)) return undefined;
  return isTaken(shop, []) ? "PAID_OTHERWISE" : "SECOND_CAPTURE";
}

function newAttempt(word: PaidWord, orderId: OrderId, owed: AnomalyKind | undefined): readonly Statement[] {
  const { serviceId, paymentId, clickPaymentId, amountTiyin, feeTiyin, reference, source } = word;
  const sums = { amountTiyin: String(amountTiyin), feeTiyin: String(feeTiyin) };
  const cause = { source, ...sums, clickPaymentId, merchantTransId: reference };
  return [
    statement(
      `INSERT INTO clickbridge_attempt (service_id, merchant_trans_id, merchant_trans_key, payment_id, order_id, amount_tiyin, fee_tiyin,
         state, last_answer, click_paydoc_id, click_payment_id, capture_time)
       VALUES (?, ?, UNHEX(?), ?, ?, ?, ?, ?, 0, ?, ?, NOW(3))`,
      BigInt(serviceId),
      reference,
      merchantTransKey(reference),
      paymentId,
      orderId,
      amountTiyin,
      feeTiyin,
      owed === undefined ? "CAPTURED" : "OWED",
      BigInt(clickPaymentId),
      BigInt(clickPaymentId),
    ),
    keepNewAttemptId,
    insertEvent({
      type: owed === undefined ? "attempt.captured" : "attempt.owed",
      aggregateId: NEW_ATTEMPT,
      serviceId,
      paymentId,
      payload: cause,
    }),
    ...(owed === undefined
      ? [
          statement(
            `INSERT INTO clickbridge_order_update (attempt_id, kind, state, payment_id, order_id, amount_tiyin)
           VALUES (@clickbridge_attempt_id, 'MARK_PAID', 'PENDING', ?, ?, ?)`,
            paymentId,
            orderId,
            orderTiyin(word),
          ),
        ]
      : raiseAnomaly({ kind: owed, serviceId, subject: { attemptId: NEW_ATTEMPT }, detail: { paymentId, ...cause } })),
  ];
}
