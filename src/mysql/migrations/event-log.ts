import { NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** One row, locked to number or purge events. It keeps the purged number when no event is left. */
export const EVENT_LOG: Migration = {
  name: "009_event_log",
  ...table(
    "clickbridge_event_log",
    `id tinyint NOT NULL PRIMARY KEY,
     last_seq bigint NOT NULL DEFAULT 0 COMMENT 'the highest number given',
     purged_seq bigint NOT NULL DEFAULT 0 COMMENT 'no event up to this one is kept',
     update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3)`,
    { firstRow: "(id) VALUES (1)" },
  ),
};
