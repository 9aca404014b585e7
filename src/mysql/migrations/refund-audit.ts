import { column, type Migration } from "./migration.ts";

const TABLE = "clickbridge_refund";

/** The reason of a refund as its requester gave it. */
export const REFUND_NOTE: Migration = {
  name: "020_refund_note",
  ...column({ table: TABLE, name: "note", type: "varchar(500) NOT NULL DEFAULT ''" }),
};

const doneTime = column({ table: TABLE, name: "done_time", type: "datetime(3) NULL" });

/** When a refund ended. Existing ended refunds get their update_time, which has not changed since. */
export const REFUND_DONE_TIME: Migration = {
  name: "021_refund_done_time",
  up: async (db) => {
    await doneTime.up(db);
    await db.raw(
      `UPDATE ${TABLE} SET done_time = update_time, update_time = update_time
       WHERE done_time IS NULL AND state IN ('DONE', 'REFUSED', 'NOT_DONE')`,
    );
  },
  down: doneTime.down,
};
