import { CODE_32, NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** The kind of reference of a service, fixed by its first link or attempt: a change would make old links pay other orders. */
export const SERVICE: Migration = {
  name: "002_service",
  ...table(
    "clickbridge_service",
    `service_id bigint NOT NULL PRIMARY KEY,
     reference ${CODE_32} NOT NULL,
     create_time ${NOW}`,
  ),
};
