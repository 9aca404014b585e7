import type { Knex } from "knex";

/** Stops Knex from printing errors with their statements and values to stdout; we log errors ourselves. */
export const SILENT_KNEX: Required<Pick<Knex.Config, "log">> = {
  log: { debug: () => {}, warn: () => {}, error: () => {}, deprecate: () => {} },
};
