import type { Anomaly } from "../../payment/anomaly.ts";
import type { Attempt } from "../../payment/attempt.ts";
import type { OrderUpdate } from "../../payment/order-update.ts";
import type { Situation } from "../../payment/possible-resolutions.ts";
import type { Refund } from "../../payment/refund.ts";
import type { ShopPayment } from "../../payment/shop-payment.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type Statement, type StatementResult, statement, text } from "../driver/statement.ts";
import { read } from "../driver/transaction.ts";
import { ATTEMPT_COLUMNS, toAttempt } from "../rows/attempt-rows.ts";
import { CHARGE_COLUMNS, toCharge } from "../rows/charge-rows.ts";
import { toOrderUpdate, updatesOfAttempts } from "../rows/order-update-rows.ts";
import { REFUND_COLUMNS, toRefund } from "../rows/refund-rows.ts";
import { shopPaymentsById, toShopPayment } from "../rows/shop-rows.ts";

/** Reads without locks, and for many anomalies at once, what `resolve` (anomaly-decision.ts) reads under locks. */
export async function situationsOf(pool: Pool, anomalies: readonly Anomaly[]): Promise<readonly Situation[]> {
  if (anomalies.length === 0) return [];
  const attemptIds = anomalies.flatMap(({ attemptId }) => attemptId ?? []);
  const chargeIds = anomalies.flatMap(({ chargeId }) => chargeId ?? []);
  const [attemptRows, updateRows, openRows, returnedRows, chargeRows] = await read(
    pool,
    byIds(`SELECT ${ATTEMPT_COLUMNS} FROM clickbridge_attempt WHERE id IN (?)`, attemptIds),
    updatesOfAttempts(orNone(attemptIds)),
    byIds(`SELECT ${REFUND_COLUMNS} FROM clickbridge_refund WHERE open_attempt_id IN (?)`, attemptIds),
    byIds(
      `SELECT attempt_id, CAST(SUM(amount_tiyin) AS CHAR) AS tiyin FROM clickbridge_refund
       WHERE attempt_id IN (?) AND state = 'DONE' GROUP BY attempt_id`,
      attemptIds,
    ),
    byIds(`SELECT ${CHARGE_COLUMNS} FROM clickbridge_charge WHERE id IN (?)`, chargeIds),
  );
  const attempts = rowsOf(attemptRows, toAttempt);
  const beside = await readBeside(pool, attempts);
  const found: Found = {
    ...{ attempts, ...beside },
    updates: rowsOf(updateRows, toOrderUpdate),
    openRefunds: rowsOf(openRows, toRefund),
    returned: new Map(rowsOf(returnedRows, (row) => [integer(row, "attempt_id"), BigInt(text(row, "tiyin"))])),
  };
  const charges = rowsOf(chargeRows, toCharge);
  return anomalies.map((anomaly) => {
    if (anomaly.chargeId === undefined) return situationOf(anomaly, found);
    const charge = charges.find(({ id }) => id === anomaly.chargeId);
    return { about: "CHARGE", view: charge && { charge, sameNumber: [] } };
  });
}

interface Beside {
  readonly payments: readonly ShopPayment[];
  readonly ofPayments: readonly Attempt[];
  readonly sameNumber: readonly Attempt[];
}

interface Found extends Beside {
  readonly attempts: readonly Attempt[];
  readonly updates: readonly OrderUpdate[];
  readonly openRefunds: readonly Refund[];
  readonly returned: ReadonlyMap<number, bigint>;
}

/** Reads the payments of the attempts, and other attempts with the same Click payment or the same payment. */
async function readBeside(pool: Pool, attempts: readonly Attempt[]): Promise<Beside> {
  const paymentIds = attempts.flatMap(({ paymentId }) => paymentId ?? []);
  const numbers = orNone(attempts.flatMap((attempt) => clickNumberOf(attempt) ?? []));
  const serviceIds = orNone(attempts.map(({ serviceId }) => serviceId));
  const [payments, ofPayments, confirmed, named] = await read(
    pool,
    shopPaymentsById(orNone(paymentIds)),
    byIds(`SELECT ${ATTEMPT_COLUMNS} FROM clickbridge_attempt WHERE payment_id IN (?) AND decides = 1`, paymentIds),
    statement(
      `SELECT ${ATTEMPT_COLUMNS} FROM clickbridge_attempt WHERE service_id IN (?) AND click_payment_id IN (?)`,
      serviceIds,
      numbers,
    ),
    byIds(`SELECT ${ATTEMPT_COLUMNS} FROM clickbridge_attempt WHERE click_paydoc_id IN (?)`, numbers),
  );
  return {
    payments: rowsOf(payments, toShopPayment),
    ofPayments: rowsOf(ofPayments, toAttempt),
    sameNumber: [...rowsOf(confirmed, toAttempt), ...rowsOf(named, toAttempt)],
  };
}

function situationOf({ kind, attemptId }: Anomaly, found: Found): Situation {
  const attempt = found.attempts.find(({ id }) => id === attemptId);
  if (attempt === undefined) return { about: "NOTHING" };
  const payment = found.payments.find(({ paymentId }) => paymentId === attempt.paymentId);
  const attempts = found.ofPayments.filter(({ paymentId }) => paymentId === attempt.paymentId);
  const number = clickNumberOf(attempt);
  const view = {
    kind,
    view: { attempt, others: attempts.filter(({ id }) => id !== attempt.id), payment },
    updates: found.updates.filter(({ update }) => update.attemptId === attempt.id),
    returnedTiyin: found.returned.get(attempt.id) ?? 0n,
    openRefund: found.openRefunds.find((refund) => refund.attemptId === attempt.id),
    keeper: payment && { payment, attempts },
    sameNumber: found.sameNumber.filter(
      (other) =>
        other.serviceId === attempt.serviceId && (other.clickPaymentId === number || other.clickPaydocId === number),
    ),
  };
  return { about: "ATTEMPT", view };
}

const clickNumberOf = ({ clickPaymentId, clickPaydocId }: Attempt) => clickPaymentId ?? clickPaydocId;

function byIds(sql: string, ids: readonly (string | number)[]): Statement {
  return statement(sql, [...orNone(ids)]);
}

/** SQL does not allow an empty list. No row has the id 0. */
function orNone<T extends string | number>(ids: readonly T[]): readonly (T | number)[] {
  return ids.length > 0 ? ids : [0];
}

function rowsOf<T>(result: StatementResult | undefined, toOne: (row: StatementResult["rows"][number]) => T): T[] {
  return (result?.rows ?? []).map(toOne);
}
