import type { Knex } from "knex";

/** Knex prints errors with their statements and values to stdout on its own. What we have to say goes through our log. */
export const SILENT_KNEX: Required<Pick<Knex.Config, "log">> = {
  log: { debug: () => {}, warn: () => {}, error: () => {}, deprecate: () => {} },
};
