import { createPool, type RowDataPacket } from "mysql2/promise";

/** The same database at another node. */
export function atNode(nodeUrl: string, database: string): string {
  const url = new URL(nodeUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Asks a node, once it has all that was written anywhere before. */
export async function askNode(url: string, sql: string): Promise<RowDataPacket[]> {
  const pool = createPool({ uri: url, connectionLimit: 1 });
  try {
    await pool.query("SET SESSION wsrep_sync_wait = 1");
    const [rows] = await pool.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    await pool.end();
  }
}

const TABLES = ["payment", "attempt", "order_update", "anomaly", "event", "ledger"];

/** Every row of our tables, as a node has it: alike at every node once nobody writes. CHECKSUM TABLE differs for rows that do not. */
export async function contentOf(url: string): Promise<readonly RowDataPacket[]> {
  const rows = await Promise.all(TABLES.map((table) => askNode(url, `SELECT * FROM clickbridge_${table} ORDER BY 1`)));
  return rows.flat();
}
