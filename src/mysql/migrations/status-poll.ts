import { CODE_32, NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/**
 * When reconciliation polls Click next about an attempt, a shop payment without attempt, an unpaid invoice or a reference. due_time NULL: never.
 *
 * ask_time: a new capture is polled soon, even if its Prepare was polled long ago.
 */
export const STATUS_POLL: Migration = {
  name: "015_status_poll",
  ...table(
    "clickbridge_status_poll",
    `subject ${CODE_32} NOT NULL COMMENT 'ATTEMPT, PAYMENT, INVOICE or REFERENCE',
     subject_id int NOT NULL,
     due_time datetime(3) NULL,
     ask_time datetime(3) NULL,
     ask_count int NOT NULL DEFAULT 0,
     denial_time datetime(3) NULL COMMENT 'when Click first denied the capture',
     create_time ${NOW},
     PRIMARY KEY (subject, subject_id),
     KEY clickbridge_status_poll_due (due_time)`,
  ),
};
