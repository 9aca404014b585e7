import { CODE_32, NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** Which reference a service uses. Fixed with its first link or attempt: old links would aim at other orders otherwise. */
export const SERVICE: Migration = {
  name: "002_service",
  ...table(
    "clickbridge_service",
    `service_id bigint NOT NULL PRIMARY KEY,
     reference ${CODE_32} NOT NULL,
     create_time ${NOW}`,
  ),
};
