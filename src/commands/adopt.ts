import type { Command } from "commander";
import { readInstallation } from "../config.ts";
import { Pool } from "../mysql/driver/pool.ts";
import { instanceStore } from "../mysql/instance/instance-store.ts";

/** Declares `adopt`. */
export function register(program: Command): void {
  program
    .command("adopt")
    .description("make the installation that CLICKBRIDGE_INSTANCE names the one that moves money with this database")
    .action(adopt);
}

async function adopt(): Promise<void> {
  const { databaseUrl, instance } = readInstallation(process.env);
  const pool = new Pool({ url: databaseUrl.reveal(), connectionsMax: 1 });
  try {
    const store = instanceStore(pool);
    const before = await store.name();
    if (before === instance) return console.log(`This database is "${instance}"'s already: nothing changes.`);
    await store.adopt(instance);
    console.log(
      [
        `From now on the installation "${instance}" moves money with this database: it refunds, charges and invoices, and marks orders.`,
        before === undefined ? "" : `"${before}" does so no more; services that run know it within a minute.`,
        "If the other one still takes payments, with this database or with the one this is a copy of, undo it there first.",
      ]
        .filter((line) => line !== "")
        .join("\n"),
    );
  } finally {
    await pool.close();
  }
}
