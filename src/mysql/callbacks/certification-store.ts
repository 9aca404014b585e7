import type { CertificationStore } from "../../app/callbacks/certification.ts";
import type { CallbackEvent } from "../../payment/callback-event.ts";
import { type CertificationPayment, type CertificationState, rememberTransId } from "../../payment/certification.ts";
import type { ServiceId } from "../../payment/ids.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type Row, statement, text } from "../driver/statement.ts";
import { inTransaction, read } from "../driver/transaction.ts";
import { applyEffects } from "../effects/apply-effects.ts";
import { attemptsOfNames, byClickTransId, toAttempt } from "../rows/attempt-rows.ts";
import { ifRepresentable } from "../rows/shop-rows.ts";

const COLUMNS = "id, state, amount_tiyin";

/** Payments of Click's certification tool, kept apart from real ones. */
export function certificationStore(pool: Pool): CertificationStore {
  return {
    remember: (event) => remember(pool, event),
    openOf: async (serviceId, clickTransId) => {
      const sql = `SELECT ${COLUMNS} FROM clickbridge_certification
        WHERE service_id = ? AND click_trans_id = ? AND state = 'PREPARED' ORDER BY id DESC LIMIT 1`;
      const [found] = await read(pool, statement(sql, BigInt(serviceId), BigInt(clickTransId)));
      return found?.rows.map(toPayment)[0];
    },
    find: async (serviceId, id) => {
      const sql = `SELECT ${COLUMNS} FROM clickbridge_certification WHERE id = ? AND service_id = ?`;
      const [found] = await read(pool, statement(sql, id, BigInt(serviceId)));
      return found?.rows.map(toPayment)[0];
    },
    insert: (serviceId, clickTransId, amountTiyin) => insert(pool, serviceId, clickTransId, amountTiyin),
    move: async (payment, next) => {
      const sql = "UPDATE clickbridge_certification SET state = ? WHERE id = ? AND state = ?";
      await read(pool, statement(sql, next, payment.id, payment.state));
    },
    isAnOrders: (reference) => isAnOrders(pool, reference),
  };
}

function insert(pool: Pool, serviceId: ServiceId, clickTransId: string, amountTiyin: bigint): Promise<number> {
  return inTransaction<number>(pool, async () => ({
    writes: [
      statement(
        "INSERT INTO clickbridge_certification (service_id, click_trans_id, amount_tiyin, state) VALUES (?, ?, ?, 'PREPARED')",
        BigInt(serviceId),
        BigInt(clickTransId),
        amountTiyin,
      ),
    ],
    value: ([inserted]) => inserted?.insertId ?? 0,
  }));
}

async function isAnOrders(pool: Pool, reference: string): Promise<boolean> {
  const numbered = (table: string) =>
    statement(`SELECT 1 AS found FROM ${table} WHERE ACCOUNT_NUMBER = ? LIMIT 1`, reference);
  const id = /^[1-9]\d{0,9}$/.test(reference) ? Number(reference) : 0;
  const byId = statement("SELECT 1 AS found FROM b_sale_order_payment WHERE ID = ?", id);
  const results = await ifRepresentable(
    () => read(pool, numbered("b_sale_order"), numbered("b_sale_order_payment"), byId),
    () => [],
  );
  return results.some((result) => result.rows.length > 0);
}

function remember(pool: Pool, event: CallbackEvent): Promise<void> {
  return inTransaction<void>(pool, async (tx) => {
    const [found] = await tx.run(attemptsOfNames(byClickTransId(event.serviceId, event.clickTransId)));
    return applyEffects(rememberTransId(event, (found?.rows ?? []).map(toAttempt)), undefined);
  });
}

function toPayment(row: Row): CertificationPayment {
  return {
    id: integer(row, "id"),
    state: text(row, "state") as CertificationState,
    amountTiyin: BigInt(text(row, "amount_tiyin")),
  };
}
