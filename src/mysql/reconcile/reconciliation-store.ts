import type { Discrepancy } from "../../app/payments/finding.ts";
import type { ReconciliationStore } from "../../app/reconcile/reconciliation-store.ts";
import { raiseAnomalyOnce } from "../../payment/attempt-anomalies.ts";
import { CHARGE_LIFE } from "../../payment/charge.ts";
import type { Effect } from "../../payment/effects.ts";
import { SUBMISSION_LIFE } from "../../payment/fiscal.ts";
import { asAttemptId, asServiceId } from "../../payment/ids.ts";
import { INVOICE_LIFE } from "../../payment/invoice.ts";
import { REFUND_LIFE } from "../../payment/refund.ts";
import { CHARGES } from "../charges/charge-store.ts";
import { INVOICES } from "../checkout/invoice-store.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type Row, statement, text } from "../driver/statement.ts";
import { inTransaction, read } from "../driver/transaction.ts";
import { applyEffects } from "../effects/apply-effects.ts";
import { SUBMISSIONS } from "../fiscal/fiscal-store.ts";
import { reap } from "../outbox/reaper.ts";
import { REFUNDS } from "../refunds/refund-store.ts";
import { UPDATE_IS_UNLEASED } from "../rows/order-update-rows.ts";
import { attemptAuditor } from "./attempt-audit.ts";
import { shopAuditor } from "./shop-audit.ts";

const ROWS_A_ROUND_MAX = 100;
/** The applier may take minutes, and cluster nodes lag. */
const SETTLED_FOR_MINUTES = 10;
/** Due for longer than this: neither the agent nor a callback has claimed it. */
const UNAPPLIED_FOR_MINUTES = 60;
/** Refunds are possible until the end of the next month: older payments are final. */
const COMPARED_DAYS = 62;

export function reconciliationStore(pool: Pool): ReconciliationStore {
  const [auditAttempts, auditShop] = [attemptAuditor(pool), shopAuditor(pool)];
  return {
    audit: async (services) => [...(await auditAttempts()), ...(await auditShop(services))],
    endStale: async () => [
      ...(await reap(pool, INVOICES, INVOICE_LIFE)),
      ...(await reap(pool, REFUNDS, REFUND_LIFE)),
      ...(await reap(pool, CHARGES, CHARGE_LIFE)),
      ...(await reap(pool, SUBMISSIONS, SUBMISSION_LIFE)),
    ],
    compareWithShop: async () => [
      ...(await raise(pool, "UNPAID_IN_SHOP", unpaidInShop)),
      ...(await raise(pool, "APPLY_STUCK", unapplied)),
    ],
  };
}

const WITHOUT_ANOMALY = "NOT EXISTS (SELECT 1 FROM clickbridge_anomaly n WHERE n.attempt_id = a.id AND n.kind = ?)";

/** The order update was applied, but the shop shows the payment unpaid. An anomaly that an operator closed is not raised again. */
const unpaidInShop = `SELECT a.id, a.service_id, a.payment_id, a.amount_tiyin
  FROM clickbridge_attempt a JOIN b_sale_order_payment p ON p.ID = a.payment_id
  WHERE a.state = 'SETTLED' AND a.update_time BETWEEN NOW(3) - INTERVAL ${COMPARED_DAYS} DAY AND NOW(3) - INTERVAL ${SETTLED_FOR_MINUTES} MINUTE
    AND p.PAID = 'N' AND p.IS_RETURN = 'N' AND ${WITHOUT_ANOMALY} LIMIT ${ROWS_A_ROUND_MAX}`;

/** Nothing claims the update: the module's agent does not run. */
const unapplied = `SELECT a.id, a.service_id, a.payment_id, a.amount_tiyin
  FROM clickbridge_order_update u JOIN clickbridge_attempt a ON a.id = u.attempt_id
  WHERE u.state = 'PENDING' AND u.due_time < NOW(3) - INTERVAL ${UNAPPLIED_FOR_MINUTES} MINUTE
    AND ${UPDATE_IS_UNLEASED} AND ${WITHOUT_ANOMALY} LIMIT ${ROWS_A_ROUND_MAX}`;

type Compared = "UNPAID_IN_SHOP" | "APPLY_STUCK";

async function raise(pool: Pool, kind: Compared, sql: string): Promise<readonly Discrepancy[]> {
  const [found] = await read(pool, statement(sql, kind));
  const rows = found?.rows ?? [];
  if (rows.length === 0) return [];
  await inTransaction<void>(pool, async () =>
    applyEffects(
      rows.map((row) => anomalyOf(row, kind)),
      undefined,
    ),
  );
  return rows.map((row) => ({ subject: `attempt ${integer(row, "id")}`, said: "NOT_ASKED", outcome: kind }));
}

function anomalyOf(row: Row, kind: Compared): Effect {
  const attempt = { attemptId: asAttemptId(integer(row, "id")), serviceId: asServiceId(text(row, "service_id")) };
  return raiseAnomalyOnce(attempt, kind, {
    paymentId: integer(row, "payment_id"),
    amountTiyin: text(row, "amount_tiyin"),
  });
}
