import { CODE_32, NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** Facts that an operator must look at. One row per subject and kind, however often it occurs. */
export const ANOMALY: Migration = {
  name: "006_anomaly",
  ...table(
    "clickbridge_anomaly",
    `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
     subject varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'attempt:ID, or trans:… without one',
     kind ${CODE_32} NOT NULL,
     state ${CODE_32} NOT NULL DEFAULT 'OPEN',
     attempt_id int NULL,
     service_id bigint NOT NULL,
     detail text NOT NULL COMMENT 'JSON',
     seen_count int NOT NULL DEFAULT 1,
     create_time ${NOW},
     update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
     UNIQUE KEY clickbridge_anomaly_subject (subject, kind),
     KEY clickbridge_anomaly_state (state, id),
     KEY clickbridge_anomaly_attempt (attempt_id)`,
  ),
};
