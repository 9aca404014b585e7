import { CODE_32, NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/**
 * Append only: every movement of what Click holds for the shop. The plain sum of amount_tiyin is what Click holds.
 *
 * movement: one entry a (attempt, movement), whatever the code does.
 * event_id: the event that tells of it, which is written right before it; the event may be gone by its age.
 */
export const LEDGER: Migration = {
  name: "022_ledger",
  ...table(
    "clickbridge_ledger",
    `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
     event_id bigint NULL,
     booked_time ${NOW},
     click_time datetime(3) NULL COMMENT 'by the clock of Click, where it said one',
     kind ${CODE_32} NOT NULL,
     amount_tiyin bigint NOT NULL COMMENT 'signed: what Click holds changes by this',
     fee_tiyin bigint NOT NULL COMMENT 'signed: what of amount_tiyin is the fee of the buyer',
     service_id bigint NOT NULL,
     reference varchar(255) NOT NULL COMMENT 'merchant_trans_id',
     order_id int NULL,
     payment_id int NULL,
     attempt_id int NULL,
     refund_id bigint NULL,
     click_trans_id bigint NULL,
     click_payment_id bigint NULL,
     source ${CODE_32} NOT NULL,
     actor varchar(64) NOT NULL,
     movement ${CODE_32} NULL,
     UNIQUE KEY clickbridge_ledger_movement (attempt_id, movement),
     KEY clickbridge_ledger_booked (booked_time),
     KEY clickbridge_ledger_service (service_id, booked_time),
     KEY clickbridge_ledger_order (order_id, booked_time),
     KEY clickbridge_ledger_payment (payment_id, booked_time),
     KEY clickbridge_ledger_click_payment (click_payment_id),
     KEY clickbridge_ledger_event (event_id)`,
  ),
};
