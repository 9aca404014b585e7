import type { Command } from "commander";
import { misuse } from "./arguments.ts";
import { toStdout } from "./print-table.ts";
import { readSince } from "./since.ts";
import { withDeps } from "./with-deps.ts";

const USER_CHARACTERS_MAX = 50;

interface Flags {
  readonly since: string;
  readonly user: string;
}

const HELP = `
After a restored backup, or a failover that lost commits, before \`serve\` runs again: numbers that were given since then must not be given anew.
Attempts and events go on far ahead, those who follow events are told by another epoch, and reconciliation asks Click about every payment of
which the news may be lost. Told a second time it changes nothing. Reads the same settings as \`serve\`, which does all of this by
itself when CLICKBRIDGE_STATE_FILE shows that the database is behind.

Exit code: 0 done now or before, 1 not done (the database, the settings), 2 wrong usage.`;

/** Declares `restored`. */
export function register(program: Command): void {
  program
    .command("restored")
    .description("tell that the shop's database was restored from a backup, or lost its last commits")
    .requiredOption(
      "--since <time>",
      "when the backup was made: 2d, 6h, 30m before now, or a time as 2026-01-15T10:00:00Z",
    )
    .option("--user <name>", "who tells it", process.env["USER"] ?? "")
    .addHelpText("after", HELP)
    .action(restored);
}

async function restored({ since, user }: Flags): Promise<void> {
  const sinceTime = readSince(since, new Date());
  if (sinceTime === undefined || sinceTime.getTime() > Date.now()) {
    return misuse("restored", "--since must be a time that is over, as 2d, 6h, 30m or 2026-01-15T10:00:00Z.");
  }
  if (user.length > USER_CHARACTERS_MAX)
    return misuse("restored", `--user may have ${USER_CHARACTERS_MAX} characters.`);
  await withDeps(async ({ restores, registry, highWaterMark }) => {
    const services = [...(await registry.all()).values()];
    const { outcome, fromAttemptId, epoch } = await restores.restored({
      ...{ sinceTime, actor: `cli ${user}`.trim(), behind: undefined },
      paySystemIds: services.flatMap(({ paySystemIds }) => paySystemIds),
    });
    if (outcome === "DONE") await highWaterMark?.write(await restores.highWater());
    toStdout(
      outcome === "DONE"
        ? `Attempts go on after ${fromAttemptId}, events in epoch ${epoch}. Reconciliation asks Click about what may be lost.`
        : `That was told before: attempts go on after ${fromAttemptId}, events in epoch ${epoch}. Nothing changes.`,
    );
  });
}
