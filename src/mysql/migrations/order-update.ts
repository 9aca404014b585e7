import { ASCII_64, CODE_32, NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** Order updates: set the paid flag of the attempt's payment in the shop, or clear it. */
export const ORDER_UPDATE: Migration = {
  name: "005_order_update",
  ...table(
    "clickbridge_order_update",
    `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
     attempt_id int NOT NULL,
     kind ${CODE_32} NOT NULL,
     state ${CODE_32} NOT NULL,
     payment_id int NOT NULL,
     order_id int NOT NULL,
     amount_tiyin bigint NOT NULL,
     token ${ASCII_64} NULL COMMENT 'of the try under way',
     lease_expire_time datetime(3) NULL,
     start_time datetime(3) NULL COMMENT 'when a save was announced',
     save_count int NOT NULL DEFAULT 0 COMMENT 'saves that were announced',
     due_time ${NOW},
     try_count int NOT NULL DEFAULT 0,
     refusal ${CODE_32} NULL,
     detail varchar(250) NULL,
     create_time ${NOW},
     update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
     UNIQUE KEY clickbridge_order_update_attempt (attempt_id, kind),
     KEY clickbridge_order_update_due (state, due_time),
     KEY clickbridge_order_update_payment (payment_id, id)`,
  ),
};
