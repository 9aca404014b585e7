import { ASCII_64, CODE_32, FEE, NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/**
 * One try to pay a payment, from Prepare (or a report of Click) to its final state.
 *
 * merchant_trans_key: even utf8mb4_bin takes 'A ' for 'A', so the unique key is over a digest of the exact bytes.
 * captured_payment_id: the database guarantees that at most one attempt holds a payment.
 * serving_trans_id: the database guarantees that one click_trans_id serves at most one payment.
 * decides: the key by which a callback finds the few attempts that can decide, however many refused ones there are.
 * click_trans_id is NULL when Click took money without a Prepare: a charged card, or a payment whose callbacks were lost.
 * click_payment_id is confirmed by Click for the attempt's reference, unlike click_paydoc_id. One Click payment pays once.
 * complete_click_trans_id has a key so that a replayed Complete with another click_trans_id is recognised.
 * Only one key that callbacks use begins with service_id, because the server examines each possible key in every query.
 * fee_tiyin: the order's sum is amount_tiyin - fee_tiyin, as at Prepare, because the percentage may change.
 */
export const ATTEMPT: Migration = {
  name: "004_attempt",
  ...table(
    "clickbridge_attempt",
    `id int NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'merchant_prepare_id',
     service_id bigint NOT NULL,
     click_trans_id bigint NULL,
     merchant_trans_id varchar(255) NOT NULL,
     merchant_trans_key binary(32) NOT NULL COMMENT 'SHA-256 of merchant_trans_id',
     payment_id int NULL,
     order_id int NULL,
     amount_tiyin bigint NOT NULL,
     fee_tiyin ${FEE},
     state ${CODE_32} NOT NULL,
     last_answer smallint NOT NULL,
     click_paydoc_id bigint NULL COMMENT 'the first one; not signed by Click',
     click_payment_id bigint NULL COMMENT 'as Click itself confirmed it',
     complete_click_trans_id bigint NULL COMMENT 'when it differs from click_trans_id',
     caller_address ${ASCII_64} NULL,
     capture_time datetime(3) NULL,
     capture_source ${CODE_32} NULL COMMENT 'how its money was known to be taken',
     create_time ${NOW},
     update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
     captured_payment_id int GENERATED ALWAYS AS
       (CASE WHEN state IN ('CAPTURED', 'SETTLED') THEN payment_id ELSE NULL END) STORED,
     serving_trans_id bigint GENERATED ALWAYS AS
       (CASE WHEN payment_id IS NULL THEN NULL ELSE click_trans_id END) STORED,
     decides tinyint GENERATED ALWAYS AS (CASE WHEN state IN ('REFUSED', 'CANCELLED') THEN 0 ELSE 1 END) STORED,
     UNIQUE KEY clickbridge_attempt_binding (click_trans_id, service_id, merchant_trans_key),
     UNIQUE KEY clickbridge_attempt_captured (captured_payment_id),
     UNIQUE KEY clickbridge_attempt_serving (service_id, serving_trans_id),
     UNIQUE KEY clickbridge_attempt_click_payment (click_payment_id, service_id),
     KEY clickbridge_attempt_payment (payment_id, decides),
     KEY clickbridge_attempt_complete_trans (complete_click_trans_id),
     KEY clickbridge_attempt_paydoc (click_paydoc_id, decides),
     KEY clickbridge_attempt_state (state, update_time)`,
  ),
};
