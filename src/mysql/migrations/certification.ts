import { CODE_32, NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** Payments of Click's certification tool, without order and money. */
export const CERTIFICATION: Migration = {
  name: "018_certification",
  ...table(
    "clickbridge_certification",
    `id int NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'merchant_prepare_id',
     service_id bigint NOT NULL,
     click_trans_id bigint NOT NULL,
     amount_tiyin bigint NOT NULL,
     state ${CODE_32} NOT NULL,
     create_time ${NOW},
     KEY clickbridge_certification_trans (service_id, click_trans_id, id)`,
  ),
};
