import { ASCII_64, CODE_32, NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/**
 * Events for services that follow payments.
 *
 * seq stays NULL until a sequencer numbers the committed row, so that a cursor never skips one that commits late.
 * The audit reads the events of an attempt by the key of the aggregate.
 */
export const EVENT: Migration = {
  name: "008_event",
  ...table(
    "clickbridge_event",
    `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
     seq bigint NULL,
     schema_version smallint NOT NULL DEFAULT 1,
     aggregate_type ${CODE_32} NOT NULL,
     aggregate_id ${ASCII_64} NOT NULL,
     type ${CODE_32} NOT NULL,
     service_id bigint NOT NULL,
     payment_id int NULL,
     payload text NOT NULL COMMENT 'JSON; no personal data',
     create_time ${NOW},
     UNIQUE KEY clickbridge_event_seq (seq),
     KEY clickbridge_event_aggregate (aggregate_id, aggregate_type)`,
  ),
};
