import { MerchantHttp } from "../click/merchant-http.ts";
import { readConfig } from "../config.ts";
import { type Deps, makeDeps } from "../deps.ts";
import { Pool } from "../mysql/driver/pool.ts";
import { missingMigrations } from "../mysql/migrations/missing-migrations.ts";
import { createLog, stderrLog } from "../telemetry/log.ts";

/** A command runs one task at a time. */
const CONNECTIONS_MAX = 2;

/** Runs work with the dependencies of the service, without a listener. The configuration is that of `serve`. */
export async function withDeps<T>(work: (deps: Deps) => Promise<T>): Promise<T> {
  const config = readConfig(process.env);
  const pool = new Pool({ url: config.databaseUrl.reveal(), connectionsMax: CONNECTIONS_MAX });
  const http = new MerchantHttp({ baseUrl: config.clickApiUrl, now: () => new Date() });
  try {
    const missing = await missingMigrations(pool);
    if (missing.length > 0)
      throw new Error(`the database lacks ${missing.join(", ")}: run \`click-bridge migrate\` first`);
    return await work(makeDeps(config, { pool, http, log: createLog("warn", stderrLog()) }));
  } finally {
    await http.close();
    await pool.close();
  }
}
