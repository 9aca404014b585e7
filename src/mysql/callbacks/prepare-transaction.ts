import type { Judged, PrepareInput } from "../../app/callbacks/callback-store.ts";
import { type Attempt, isOfPayment } from "../../payment/attempt.ts";
import { anomalyIn } from "../../payment/attempt-anomalies.ts";
import { asAttemptId } from "../../payment/ids.ts";
import type { JudgedPrepare } from "../../payment/judge-prepare.ts";
import type { PrepareView } from "../../payment/prepare-verdict.ts";
import type { ShopPayment } from "../../payment/shop-payment.ts";
import type { Pool } from "../driver/pool.ts";
import type { Row, StatementResult } from "../driver/statement.ts";
import { type Decision, inTransaction, StaleReadError, type Transaction } from "../driver/transaction.ts";
import { applyEffects } from "../effects/apply-effects.ts";
import {
  type AttemptLookup,
  attemptBoundTo,
  attemptNamed,
  attemptsOfNames,
  attemptsOfPaymentsForUpdate,
  byClickTransId,
  forUpdate,
  toAttempt,
  withSamePaydoc,
} from "../rows/attempt-rows.ts";
import { lockPayments, lockPaymentsWhere } from "../rows/payment-lock.ts";
import {
  attemptBesidePayment,
  paymentsWithAttempts,
  searchesFor,
  shopPaymentById,
  toShopPayment,
} from "../rows/shop-rows.ts";

/**
 * A Prepare in two round trips: lock the payments that the reference may mean and read everything; write and commit. A reference that is
 * not an order number needs one more to look for a payment number, and so does a repeat whose attempt is not covered by these locks.
 *
 * A payment added to the order between lock and read is judged without its lock. That is safe: a Prepare takes no money, and a Complete
 * that finds two attempts of one payment is judged by the rows at that time.
 */
export function prepareTransaction(
  pool: Pool,
  input: PrepareInput,
  judge: (view: PrepareView) => JudgedPrepare,
): Promise<Judged> {
  return inTransaction(pool, async (tx) => {
    const view = await withLockedAttempt(tx, input, await readLocked(tx, input));
    return written(view, judge(view));
  });
}

function written({ existing }: PrepareView, { answer, effects }: JudgedPrepare): Decision<Judged> {
  const made = effects.find((effect) => effect.effect === "NewAttempt");
  const moved = effects.find((effect) => effect.effect === "MoveAttempt");
  const { paymentId, orderId } = made?.payment ?? moved?.set?.payment ?? existing ?? {};
  return applyEffects(effects, (idOf) => ({
    answer,
    anomaly: anomalyIn(effects),
    attemptId: made === undefined ? existing?.id : asAttemptId(idOf(made)),
    paymentId,
    orderId,
  }));
}

async function readLocked(tx: Transaction, input: PrepareInput): Promise<PrepareView> {
  const about = attemptsOfNames(namesOf(input));
  let view: PrepareView = { existing: undefined, candidates: [], attempts: [], siblings: [] };
  for (const where of searchesFor(input.reference)) {
    const [, beside, found] = await tx.run(
      lockPaymentsWhere(where, input.paySystemIds),
      paymentsWithAttempts(where),
      about,
    );
    const rows = beside?.rows ?? [];
    const exact = paymentsIn(rows).filter(where.isExact);
    const candidates = exact.map(input.ask).filter((payment) => payment !== undefined);
    const ofCandidates = rows.map(attemptBesidePayment).filter((attempt) => attempt !== undefined);
    view = viewOf(input, { candidates, ofCandidates, named: (found?.rows ?? []).map(toAttempt) });
    if (exact.length > 0) break;
  }
  return view;
}

/** Lookups of attempts that matter whatever their payment: by click_trans_id, and by the Click payment under this reference. */
function namesOf({ serviceId, callback: { raw, clickPaydocId } }: PrepareInput): readonly AttemptLookup[] {
  const byTransId = byClickTransId(serviceId, raw.clickTransId);
  if (clickPaydocId === undefined) return byTransId;
  return [...byTransId, withSamePaydoc(serviceId, raw.merchantTransId, { sql: "?", values: [BigInt(clickPaydocId)] })];
}

/** The rows repeat a payment for each of its attempts. */
function paymentsIn(rows: readonly Row[]): readonly ShopPayment[] {
  return [...new Map(rows.map(toShopPayment).map((payment) => [payment.paymentId, payment])).values()];
}

function viewOf(
  { callback: { raw } }: PrepareInput,
  read: Pick<PrepareView, "candidates"> & {
    readonly ofCandidates: readonly Attempt[];
    readonly named: readonly Attempt[];
  },
): PrepareView {
  const underReference = read.named.filter((a) => a.merchantTransId === raw.merchantTransId);
  return {
    existing: underReference.find((a) => a.clickTransId === raw.clickTransId),
    candidates: read.candidates,
    attempts: [...read.ofCandidates, ...underReference],
    siblings: read.named.filter((a) => a.merchantTransId !== raw.merchantTransId),
  };
}

/**
 * The attempt of a repeat may have no payment, or one that the reference no longer means because the order was edited or deleted. Then the
 * locks taken so far do not cover it, and it is read again under its own lock.
 */
async function withLockedAttempt(tx: Transaction, input: PrepareInput, view: PrepareView): Promise<PrepareView> {
  const { existing } = view;
  if (existing === undefined || view.candidates.some((c) => isOfPayment(existing, c.paymentId))) return view;
  const { clickTransId, merchantTransId } = input.callback.raw;
  const bound = forUpdate(attemptNamed(attemptBoundTo(input.serviceId, clickTransId, merchantTransId)));
  const { paymentId, orderId } = existing;
  if (paymentId === undefined || orderId === undefined) {
    const [again] = await tx.run(bound);
    return { ...view, existing: sameAs(existing, again) };
  }
  const lock = lockPayments([{ paymentId, orderId }]);
  const [, again, beside, payments] = await tx.run(
    lock,
    bound,
    attemptsOfPaymentsForUpdate([paymentId]),
    shopPaymentById(paymentId),
  );
  return {
    ...view,
    ownPayment: (payments?.rows ?? []).map(toShopPayment)[0],
    existing: sameAs(existing, again),
    attempts: [...view.attempts, ...(beside?.rows ?? []).map(toAttempt)],
  };
}

/** The attempt was read before its lock: if its payment has changed since, the new payment is not locked. */
function sameAs(before: Attempt, again: StatementResult | undefined): Attempt {
  const [attempt] = (again?.rows ?? []).map(toAttempt);
  if (attempt === undefined || attempt.paymentId !== before.paymentId) throw new StaleReadError("the attempt moved");
  return attempt;
}
