import { NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** Keys that sign the tokens of payment pages. The first token makes the row; deleting it invalidates all tokens. */
export const CHECKOUT_KEY: Migration = {
  name: "017_checkout_key",
  ...table(
    "clickbridge_checkout_key",
    `id tinyint NOT NULL PRIMARY KEY,
     key_bytes binary(32) NOT NULL,
     create_time ${NOW}`,
  ),
};
