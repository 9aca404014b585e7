import type { Command } from "commander";
import { readInstallation } from "../config.ts";
import { rotateCheckoutKey } from "../mysql/checkout/checkout-key-store.ts";
import { Pool } from "../mysql/driver/pool.ts";

const HELP = `
The key lies in the database, and so in its dumps. Who has it can see how any payment stands and have invoices sent; no money moves by it.
Pages that are open go on working: the old key is good as long as its tokens live. After a leak use --end-tokens: pages that are open then
ask their buyers to load them again. Services that run know the new key within a minute.`;

/** Declares `rotate-checkout-key`. */
export function register(program: Command): void {
  program
    .command("rotate-checkout-key")
    .description("make another key for the tokens of payment pages")
    .option("--end-tokens", "the old key is good for nothing more, as after a leak")
    .addHelpText("after", HELP)
    .action(rotate);
}

async function rotate({ endTokens = false }: { readonly endTokens?: boolean }): Promise<void> {
  const { databaseUrl } = readInstallation(process.env);
  const pool = new Pool({ url: databaseUrl.reveal(), connectionsMax: 1 });
  try {
    await rotateCheckoutKey(pool, { endsTokens: endTokens });
    const old = endTokens ? "The old one is good for nothing more." : "Tokens of the old one are good until they end.";
    console.log(`Payment pages get tokens of a new key, within a minute. ${old}`);
  } finally {
    await pool.close();
  }
}
