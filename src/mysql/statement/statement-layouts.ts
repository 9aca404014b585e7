import { createHash } from "node:crypto";
import type { Layout } from "../../app/statement/layout.ts";
import type { StatementLayouts } from "../../app/statement/statement-stores.ts";
import type { Pool } from "../driver/pool.ts";
import { statement, text } from "../driver/statement.ts";
import { read } from "../driver/transaction.ts";

/** One a service: its cabinet writes one kind of file, and a new kind is asked about anew. */
export function statementLayouts(pool: Pool): StatementLayouts {
  return {
    find: async (serviceId, header) => {
      const [found] = await read(
        pool,
        statement(
          "SELECT layout_json FROM clickbridge_statement_layout WHERE service_id = ? AND header_sha256 = ?",
          BigInt(serviceId),
          digestOf(header),
        ),
      );
      const [row] = found?.rows ?? [];
      return row === undefined ? undefined : (JSON.parse(text(row, "layout_json")) as Layout);
    },
    keep: async (serviceId, header, { columns, statuses }, decidedBy) => {
      const layout = JSON.stringify({ columns, statuses });
      await read(
        pool,
        statement(
          `INSERT INTO clickbridge_statement_layout (service_id, header_sha256, layout_json, decided_by) VALUES (?, ?, ?, ?)
           ON DUPLICATE KEY UPDATE header_sha256 = ?, layout_json = ?, decided_by = ?, update_time = NOW(3)`,
          ...[BigInt(serviceId), digestOf(header), layout, decidedBy],
          ...[digestOf(header), layout, decidedBy],
        ),
      );
    },
  };
}

function digestOf(header: string): string {
  return createHash("sha256").update(header).digest("hex");
}
