import { NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** The installation that moves money with this database; a copy must not. One row. */
export const INSTANCE: Migration = {
  name: "001_instance",
  ...table(
    "clickbridge_instance",
    `id tinyint NOT NULL PRIMARY KEY,
     name varchar(64) NOT NULL,
     update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3)`,
  ),
};
