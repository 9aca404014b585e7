import { ASCII_64, CODE_32, NOW, REQUEST_ID } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/**
 * Refunds that we request from Click.
 *
 * open_attempt_id: the database guarantees that at most one refund of an attempt is open.
 */
export const REFUND: Migration = {
  name: "012_refund",
  ...table(
    "clickbridge_refund",
    `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
     caller varchar(64) NOT NULL,
     request_id ${REQUEST_ID} NOT NULL,
     request_hash binary(32) NOT NULL,
     user_id varchar(64) NOT NULL,
     state ${CODE_32} NOT NULL,
     send_token ${ASCII_64} NULL COMMENT 'of the claim for sending',
     attempt_id int NOT NULL,
     service_id bigint NOT NULL,
     payment_id int NULL,
     order_id int NULL,
     amount_tiyin bigint NOT NULL,
     is_partial tinyint NOT NULL,
     click_payment_id bigint NOT NULL,
     click_refusal ${CODE_32} NULL,
     click_error_code int NOT NULL DEFAULT 0,
     click_error_note varchar(250) NOT NULL DEFAULT '',
     still_paid_reads int NOT NULL DEFAULT 0 COMMENT 'how often Click showed it paid after a lost reply',
     create_time ${NOW},
     update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
     open_attempt_id int GENERATED ALWAYS AS
       (CASE WHEN state IN ('STORED', 'SENDING', 'UNKNOWN') THEN attempt_id ELSE NULL END) STORED,
     UNIQUE KEY clickbridge_refund_request (caller, request_id),
     UNIQUE KEY clickbridge_refund_open (open_attempt_id),
     KEY clickbridge_refund_attempt (attempt_id),
     KEY clickbridge_refund_payment (payment_id),
     KEY clickbridge_refund_state (state, update_time)`,
  ),
};
