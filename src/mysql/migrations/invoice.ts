import { ASCII_64, CODE_32, FEE, NOW, REQUEST_ID } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/**
 * An invoice to the buyer's phone, sent to Click at most once.
 *
 * send_token: who claimed the invoice for sending. A claimer that lost the reply to its COMMIT recognises its claim by it.
 * caller_network: the network of the payment page's caller, for the limits; NULL for a back office.
 */
export const INVOICE: Migration = {
  name: "010_invoice",
  ...table(
    "clickbridge_invoice",
    `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
     caller varchar(64) NOT NULL,
     request_id ${REQUEST_ID} NOT NULL,
     request_hash binary(32) NOT NULL,
     user_id varchar(64) NOT NULL,
     caller_network ${ASCII_64} NULL,
     state ${CODE_32} NOT NULL,
     send_token ${ASCII_64} NULL COMMENT 'of the claim for sending',
     service_id bigint NOT NULL,
     payment_id int NOT NULL,
     order_id int NOT NULL,
     reference varchar(255) NOT NULL,
     amount_tiyin bigint NOT NULL,
     fee_tiyin ${FEE},
     phone varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
     click_invoice_id bigint NULL,
     click_error_code int NOT NULL DEFAULT 0,
     click_error_note varchar(250) NOT NULL DEFAULT '',
     create_time ${NOW},
     update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
     UNIQUE KEY clickbridge_invoice_request (caller, request_id),
     KEY clickbridge_invoice_payment (payment_id),
     KEY clickbridge_invoice_click (click_invoice_id),
     KEY clickbridge_invoice_phone (phone),
     KEY clickbridge_invoice_network (caller_network, create_time),
     KEY clickbridge_invoice_created (create_time),
     KEY clickbridge_invoice_state (state, update_time)`,
  ),
};
