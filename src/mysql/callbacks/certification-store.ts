import type { CertificationStore } from "../../app/callbacks/certification.ts";
import type { CertificationPayment, CertificationState } from "../../payment/certification.ts";
import type { ServiceId } from "../../payment/ids.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type Row, statement, text } from "../driver/statement.ts";
import { inTransaction, read } from "../driver/transaction.ts";
import { unlessForeign } from "../rows/shop-rows.ts";
import { markNumber } from "./mark-number.ts";

const COLUMNS = "id, state, amount_tiyin";

/** Payments of Click's certification tool: apart from the books of money. */
export function certificationStore(pool: Pool): CertificationStore {
  return {
    mark: async (serviceId, { raw, amountTiyin }) => {
      const mark = markNumber({ ...raw, serviceId, amountTiyin });
      await inTransaction<void>(pool, async () => ({ writes: [mark], value: undefined }));
    },
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
    isNearAnOrder: (reference) => isNearAnOrder(pool, reference),
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

/** An order whose number begins the reference, or is begun by it: `72` + `500.00` is signed like `7` + `2500.00`. */
async function isNearAnOrder(pool: Pool, reference: string): Promise<boolean> {
  const beginnings = Array.from(reference, (_, index) => reference.slice(0, index + 1));
  const longer = `${reference.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
  const near = (table: string) =>
    statement(
      `SELECT 1 AS near FROM ${table} WHERE ACCOUNT_NUMBER IN (?) OR ACCOUNT_NUMBER LIKE ? LIMIT 1`,
      beginnings,
      longer,
    );
  const ids = beginnings.filter((text) => /^[1-9]\d{0,9}$/.test(text)).map(Number);
  const byId = statement(
    "SELECT 1 AS near FROM b_sale_order_payment WHERE ID IN (?) LIMIT 1",
    ids.length > 0 ? ids : [0],
  );
  // Where payments are named by their id. No index helps, but the account is open for a day at most.
  const byLongerId = statement(
    "SELECT 1 AS near FROM b_sale_order_payment WHERE CAST(ID AS CHAR) LIKE ? LIMIT 1",
    /^[1-9]\d{0,9}$/.test(reference) ? longer : "-",
  );
  const results = await unlessForeign(
    () => read(pool, near("b_sale_order"), near("b_sale_order_payment"), byId, byLongerId),
    () => [],
  );
  return results.some((result) => result.rows.length > 0);
}

function toPayment(row: Row): CertificationPayment {
  return {
    id: integer(row, "id"),
    state: text(row, "state") as CertificationState,
    amountTiyin: BigInt(text(row, "amount_tiyin")),
  };
}
