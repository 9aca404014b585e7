import { NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** The receipt of a Click payment, with the parts of its address. */
export const FISCAL_RECEIPT: Migration = {
  name: "014_fiscal_receipt",
  ...table(
    "clickbridge_fiscal_receipt",
    `service_id bigint NOT NULL,
     click_payment_id bigint NOT NULL,
     payment_id int NOT NULL,
     qr_code_url varchar(500) NOT NULL,
     terminal_id varchar(64) NOT NULL COMMENT 't',
     receipt_number varchar(64) NOT NULL COMMENT 'r',
     receipt_time datetime NULL COMMENT 'c',
     fiscal_sign varchar(64) NOT NULL COMMENT 's',
     create_time ${NOW},
     update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
     PRIMARY KEY (service_id, click_payment_id),
     KEY clickbridge_fiscal_receipt_payment (payment_id)`,
  ),
};
