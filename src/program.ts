import { Command } from "commander";
import { SERVICE_VERSION } from "./app/setup/server-version.ts";
import { register as registerCertify } from "./certify/command.ts";
import { register as registerAdopt } from "./commands/adopt.ts";
import { register as registerAnomalies } from "./commands/anomalies.ts";
import { register as registerDoctor } from "./commands/doctor.ts";
import { register as registerLedger } from "./commands/ledger.ts";
import { register as registerMatch } from "./commands/match.ts";
import { register as registerReconcile } from "./commands/reconcile.ts";
import { register as registerReport } from "./commands/report.ts";
import { register as registerRestored } from "./commands/restored.ts";
import { register as registerRotateCheckoutKey } from "./commands/rotate-checkout-key.ts";
import { ConfigError, readConfig, readInstallation } from "./config.ts";
import { Pool } from "./mysql/driver/pool.ts";
import { migrateDown, migrateUp } from "./mysql/migrations/migrate.ts";
import { missingShopTables } from "./mysql/setup/missing-shop-tables.ts";
import { register as registerSimulate } from "./simulator/command.ts";
import { createLog, stdoutLog } from "./telemetry/log.ts";

const program = new Command("click-bridge")
  .description("Takes money with Click (click.uz) for 1C-Bitrix shops: a gRPC service beside the shop.")
  .version(SERVICE_VERSION);

program
  .command("serve")
  .description("run the service until SIGTERM; settings come from CLICKBRIDGE_* (see .env.example)")
  .action(async () => {
    // Here and not above: the other commands need no server in their memory.
    const { start } = await import("./server.ts");
    const config = readConfig(process.env);
    const output = stdoutLog();
    const started = start(config, createLog(config.logLevel, output.stream));
    const stop = once(async () => {
      // The reason is printed below.
      const service = await started.catch(() => undefined);
      if (service === undefined) return;
      await service.drain();
      await output.end();
      process.exit(0);
    });
    // Registered before the service listens, so that a signal during the first call does not cut it.
    // Never removed: without a handler a second signal would kill the process during its drain.
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
    await started;
  });

program
  .command("migrate")
  .description(
    "create or update the clickbridge_* tables in CLICKBRIDGE_DATABASE_URL; the shop's tables are left alone",
  )
  .option("--down", "drop the clickbridge_* tables with everything in them")
  .action(async ({ down }: { readonly down?: boolean }) => {
    const { databaseUrl, instance } = readInstallation(process.env);
    const url = databaseUrl.reveal();
    if (down !== true) await refuseWithoutShop(url);
    const names = down ? await migrateDown(url) : await migrateUp(url, instance);
    const verb = down ? "undone" : "done";
    console.log(names.length === 0 ? "nothing to do" : names.map((name) => `${verb} ${name}`).join("\n"));
  });

registerAdopt(program);
registerMatch(program);
registerReconcile(program);
registerReport(program);
registerAnomalies(program);
registerLedger(program);
registerSimulate(program);
registerCertify(program);
registerDoctor(program);
registerRotateCheckoutKey(program);
registerRestored(program);

try {
  await program.parseAsync();
} catch (error) {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  // When the database does not answer: the host and the reason.
  console.error(`click-bridge: ${message}${cause instanceof Error ? `: ${cause.message}` : ""}`);
  process.exit(error instanceof ConfigError ? 78 : 1);
}

/** In a database without Bitrix tables, ours would look like an installation but never see an order. */
async function refuseWithoutShop(url: string): Promise<void> {
  const pool = new Pool({ url, connectionsMax: 1 });
  const missing = await missingShopTables(pool).finally(() => pool.close());
  if (missing.length === 0) return;
  throw new Error(
    `FAULT: the database has no ${missing.join(", ")}: it is not that of a Bitrix shop with the module sale. ` +
      "See that CLICKBRIDGE_DATABASE_URL names the shop's database. Nothing was changed.",
  );
}

function once(work: () => Promise<void>): () => void {
  let running = false;
  return () => {
    if (running) return;
    running = true;
    void work();
  };
}
