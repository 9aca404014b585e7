import knex, { type Knex } from "knex";
import { SILENT_KNEX } from "./silent-knex.ts";
import { type SqlValue, type Statement, statement } from "./statement.ts";

/** For statements whose conditions depend on a filter. It only builds statements and never has a connection. */
export const builder = knex({ ...SILENT_KNEX, client: "mysql2" });

export function built(query: Knex.QueryBuilder): Statement {
  const { sql, bindings } = query.toSQL().toNative();
  return statement(sql, ...(bindings as SqlValue[]));
}
