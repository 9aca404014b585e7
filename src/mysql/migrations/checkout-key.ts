import { NOW } from "./column-types.ts";
import { type Migration, table } from "./migration.ts";

/** What signs the tokens of payment pages. One row, made when the first token is. Deleting it ends every token. */
export const CHECKOUT_KEY: Migration = {
  name: "017_checkout_key",
  ...table(
    "clickbridge_checkout_key",
    `id tinyint NOT NULL PRIMARY KEY,
     key_bytes binary(32) NOT NULL,
     create_time ${NOW}`,
  ),
};
