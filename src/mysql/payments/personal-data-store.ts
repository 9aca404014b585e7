import type { PersonalDataStore, PersonalTable, WipeBatch } from "../../app/payments/wipe-personal-data.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, statement } from "../driver/statement.ts";
import { inTransaction, read } from "../driver/transaction.ts";

/**
 * What a row is without anything of a buyer's. The fingerprint of an invoice's request goes with the phone, which anybody could find out from
 * it by trying all numbers: the request id of a wiped invoice is refused to every repeat.
 */
const WIPED: Readonly<Record<PersonalTable, { readonly sets: string; readonly isPersonal: string }>> = {
  invoice: {
    sets: "phone = '', caller_network = NULL, request_hash = ''",
    isPersonal: "phone <> ''",
  },
  attempt: { sets: "caller_address = NULL", isPersonal: "caller_address IS NOT NULL" },
};

export function personalDataStore(pool: Pool): PersonalDataStore {
  return { wipe: (batch) => wipe(pool, batch) };
}

/** Ids grow with the time of a row, so those that are old enough are a beginning of the rows. */
async function wipe(pool: Pool, { table, olderThanDays, afterId, limit }: WipeBatch) {
  const name = `clickbridge_${table}`;
  const { sets, isPersonal } = WIPED[table];
  const [found] = await read(
    pool,
    statement(
      `SELECT id, create_time < NOW(3) - INTERVAL ? DAY AS old, (${isPersonal}) AS personal FROM ${name}
       WHERE id > ? ORDER BY id LIMIT ?`,
      olderThanDays,
      afterId,
      limit,
    ),
  );
  const rows = found?.rows ?? [];
  const firstYoung = rows.findIndex((row) => integer(row, "old") === 0);
  const old = firstYoung < 0 ? rows : rows.slice(0, firstYoung);
  const ids = old.filter((row) => integer(row, "personal") === 1).map((row) => integer(row, "id"));
  if (ids.length > 0) {
    const wiping = `UPDATE ${name} SET ${sets}, update_time = update_time WHERE id IN (?)`;
    await inTransaction<void>(pool, async () => ({ writes: [statement(wiping, ids)], value: undefined }));
  }
  const last = old.at(-1);
  return { lastId: last && integer(last, "id"), seenCount: old.length };
}
