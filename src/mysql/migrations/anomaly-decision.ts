import { CODE_32, NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** Append-only: who decided what about an anomaly, and when. */
export const ANOMALY_DECISION: Migration = {
  name: "007_anomaly_decision",
  ...table(
    "clickbridge_anomaly_decision",
    `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
     anomaly_id bigint NOT NULL,
     resolution ${CODE_32} NOT NULL,
     note varchar(500) NOT NULL,
     caller varchar(64) NOT NULL,
     user_id varchar(64) NOT NULL,
     create_time ${NOW},
     KEY clickbridge_anomaly_decision_anomaly (anomaly_id, id)`,
  ),
};
