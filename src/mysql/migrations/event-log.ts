import { NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** One row, the lock of whoever numbers or purges events. It remembers what was purged when no event is left. */
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
