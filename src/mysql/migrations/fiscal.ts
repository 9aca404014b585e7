import { ASCII_64, CODE_32, NOW, REQUEST_ID } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** Submissions of receipt data to Click. Without the goods, which the caller has. */
export const FISCAL: Migration = {
  name: "013_fiscal",
  ...table(
    "clickbridge_fiscal",
    `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
     kind ${CODE_32} NOT NULL COMMENT 'ITEMS or QR_CODE',
     caller varchar(64) NOT NULL,
     request_id ${REQUEST_ID} NOT NULL,
     request_hash binary(32) NOT NULL,
     user_id varchar(64) NOT NULL,
     state ${CODE_32} NOT NULL,
     send_token ${ASCII_64} NULL COMMENT 'of the claim for sending',
     service_id bigint NOT NULL,
     payment_id int NOT NULL,
     order_id int NOT NULL,
     click_payment_id bigint NOT NULL,
     click_refusal ${CODE_32} NULL,
     click_error_code int NOT NULL DEFAULT 0,
     click_error_note varchar(250) NOT NULL DEFAULT '',
     create_time ${NOW},
     update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
     UNIQUE KEY clickbridge_fiscal_request (caller, kind, request_id),
     KEY clickbridge_fiscal_click (service_id, click_payment_id, id),
     KEY clickbridge_fiscal_payment (payment_id, id),
     KEY clickbridge_fiscal_state (state, update_time)`,
  ),
};
