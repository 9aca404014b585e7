import { column, type Migration } from "./migration.ts";

const TABLE = "clickbridge_attempt";

/** What Click said when it gave an attempt up: 0 when it did not. */
export const ATTEMPT_CLICK_ERROR_CODE: Migration = {
  name: "027_attempt_click_error_code",
  ...column({ table: TABLE, name: "click_error_code", type: "int NOT NULL DEFAULT 0" }),
};

export const ATTEMPT_CLICK_ERROR_NOTE: Migration = {
  name: "028_attempt_click_error_note",
  ...column({ table: TABLE, name: "click_error_note", type: "varchar(250) NOT NULL DEFAULT ''" }),
};
