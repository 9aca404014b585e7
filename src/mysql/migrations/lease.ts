import { ASCII_64, NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** Leases for jobs that one replica at a time should do. They save work; correctness does not depend on them. */
export const LEASE: Migration = {
  name: "016_lease",
  ...table(
    "clickbridge_lease",
    `name varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
     holder ${ASCII_64} NOT NULL,
     expire_time datetime(3) NOT NULL,
     create_time ${NOW},
     update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3)`,
  ),
};
