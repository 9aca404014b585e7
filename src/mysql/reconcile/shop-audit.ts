import type { Discrepancy } from "../../app/payments/finding.ts";
import type { AuditedService } from "../../app/reconcile/reconciliation-store.ts";
import type { Effect } from "../../payment/effects.ts";
import { asPaymentId } from "../../payment/ids.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, integerOrUndefined, type Row, type Statement, statement, text } from "../driver/statement.ts";
import { inTransaction, read } from "../driver/transaction.ts";
import { applyEffects } from "../effects/apply-effects.ts";

/** Each round checks the shop's newest payments, and the next part of all payments in the order of their ids, in a cycle. */
const IDS_A_RANGE = 2_000;

/** Finds payments that the shop shows paid by us, while their attempt has no capture for them. */
export function shopAuditor(pool: Pool): (services: readonly AuditedService[]) => Promise<readonly Discrepancy[]> {
  let walkedId = 0;
  return async (services) => {
    const [found] = await read(pool, statement("SELECT MAX(ID) AS max_id FROM b_sale_order_payment"));
    const maxId = integerOrUndefined(found?.rows[0] ?? {}, "max_id") ?? 0;
    const fromId = walkedId >= maxId ? 0 : walkedId;
    const [newest, walked] = await read(pool, paidWithoutCapture(maxId - IDS_A_RANGE), paidWithoutCapture(fromId));
    walkedId = fromId + IDS_A_RANGE;
    const rows = new Map([...(newest?.rows ?? []), ...(walked?.rows ?? [])].map((row) => [integer(row, "ID"), row]));
    const effects = [...rows.values()].flatMap((row) => anomalyOf(row, services));
    if (effects.length > 0) await inTransaction<void>(pool, async () => applyEffects(effects, undefined));
    return [...rows.keys()].map((id) => ({
      ...{ subject: `payment ${id}`, said: "NOT_ASKED", outcome: "PAID_WITHOUT_CAPTURE" },
    }));
  };
}

/** We write `clickbridge:57` into PS_INVOICE_ID; it has the attempt id. */
function paidWithoutCapture(fromId: number): Statement {
  return statement(
    `SELECT p.ID, p.PAY_SYSTEM_ID AS pay_system_id, p.PS_INVOICE_ID AS invoice_id FROM b_sale_order_payment p
     LEFT JOIN clickbridge_attempt a ON a.payment_id = p.ID AND a.state IN ('CAPTURED', 'SETTLED', 'REVERSED')
       AND p.PS_INVOICE_ID = CONCAT('clickbridge:', a.id)
     WHERE p.ID > ? AND p.ID <= ? AND p.PAID = 'Y' AND p.PS_INVOICE_ID LIKE 'clickbridge:%' AND a.id IS NULL
       AND NOT EXISTS (SELECT 1 FROM clickbridge_anomaly n
         WHERE n.subject = CONCAT('payment:', p.ID) AND n.kind = 'PAID_WITHOUT_CAPTURE')`,
    fromId,
    fromId + IDS_A_RANGE,
  );
}

/** A pay system that is no longer configured has no service. */
function anomalyOf(row: Row, services: readonly AuditedService[]): readonly Effect[] {
  const paymentId = asPaymentId(integer(row, "ID"));
  const service = services.find(({ paySystemIds }) => paySystemIds.includes(integer(row, "pay_system_id")));
  if (service === undefined) return [];
  const { serviceId } = service;
  const detail = { paymentId, invoiceId: text(row, "invoice_id") };
  const anomaly = { effect: "RaiseAnomaly", kind: "PAID_WITHOUT_CAPTURE", onRepeat: "IGNORE" } as const;
  return [{ ...anomaly, serviceId, subject: { paymentId }, detail }];
}
