import { NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/**
 * Append-only: known restores of the database, who reported them, and where its numbers continue.
 *
 * kept_*: the last number that survived.
 */
export const RESTORE: Migration = {
  name: "019_restore",
  ...table(
    "clickbridge_restore",
    `id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
     since_time datetime(3) NOT NULL COMMENT 'what was committed after it may be lost',
     epoch bigint NOT NULL,
     kept_seq bigint NOT NULL,
     from_seq bigint NOT NULL,
     kept_attempt_id int NOT NULL,
     from_attempt_id int NOT NULL,
     kept_payment_id int NOT NULL COMMENT 'newest b_sale_order_payment.ID',
     actor varchar(64) NOT NULL,
     create_time ${NOW},
     UNIQUE KEY clickbridge_restore_epoch (epoch)`,
  ),
};
