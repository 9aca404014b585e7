import { ASCII_64, NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** What a person has confirmed of the columns of the file that Click's cabinet exports: roles of columns, meanings of words. */
export const STATEMENT_LAYOUT: Migration = {
  name: "027_statement_layout",
  ...table(
    "clickbridge_statement_layout",
    `service_id bigint NOT NULL PRIMARY KEY,
     header_sha256 ${ASCII_64} NOT NULL COMMENT 'of what stands above the columns: another header is another file',
     layout_json text NOT NULL,
     decided_by varchar(64) NOT NULL,
     update_time ${NOW}`,
  ),
};
