import { column, key, type Migration, table } from "./migration.ts";

/** Whose daily limit a refund counts for: the token's that asked, also where the request id is kept under another name. */
export const REFUND_TOKEN: Migration = {
  name: "024_refund_token",
  ...column({ table: "clickbridge_refund", name: "token", type: "varchar(64) NULL" }),
};

export const REFUND_TOKEN_KEY: Migration = {
  name: "025_refund_token_key",
  ...key("clickbridge_refund", "clickbridge_refund_token", "token, create_time"),
};

/** What the refunds of one token are counted under: a row to lock, and nothing more. */
export const REFUND_LIMIT: Migration = {
  name: "026_refund_limit",
  ...table(
    "clickbridge_refund_token",
    `token varchar(64) NOT NULL PRIMARY KEY,
     version int NOT NULL DEFAULT 1`,
  ),
};
