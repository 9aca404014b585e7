import { NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** The lock that every transaction about a payment takes first. It has no other unique key, so that it locks one row. */
export const PAYMENT: Migration = {
  name: "003_payment",
  ...table(
    "clickbridge_payment",
    `payment_id int NOT NULL PRIMARY KEY COMMENT 'b_sale_order_payment.ID',
     order_id int NOT NULL,
     version int NOT NULL DEFAULT 1,
     create_time ${NOW},
     update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
     KEY clickbridge_payment_order (order_id),
     KEY clickbridge_payment_created (create_time, payment_id)`,
  ),
};
