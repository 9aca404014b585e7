import { DatabaseError } from "../driver/database-error.ts";
import type { Pool } from "../driver/pool.ts";
import { statement } from "../driver/statement.ts";
import { read } from "../driver/transaction.ts";
import { SHOP_TABLES } from "../rows/table-names.ts";

const NO_SUCH_TABLE_ERRNO = 1146;
const DENIED_ERRNO = 1142;

/**
 * Bitrix tables that payments need and that do not exist: this is not the shop's database, or the module sale is not installed. The server
 * hides tables on which the user has no right; the check of the rights reports those.
 */
export async function missingShopTables(pool: Pool): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const table of SHOP_TABLES) if (!(await mayBeThere(pool, table))) missing.push(table);
  return missing;
}

async function mayBeThere(pool: Pool, table: string): Promise<boolean> {
  try {
    await read(pool, statement(`SELECT 1 FROM ${table} LIMIT 0`));
    return true;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (error.errno === NO_SUCH_TABLE_ERRNO) return false;
    if (error.errno === DENIED_ERRNO) return true;
    throw error;
  }
}
