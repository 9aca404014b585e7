import { expect, test } from "vitest";
import { startPart } from "../../support/servers/process.ts";

/** As nginx and php-fpm are: a master and a worker that holds the master's output. */
const MASTER_AND_WORKER = "sleep 600 & echo worker; wait";

test("a part whose master was killed is told as ended, and its workers are gone with it", async () => {
  const part = await startPart("server", "sh", ["-c", MASTER_AND_WORKER]);
  await part.line(/^worker$/);

  process.kill(part.pid, "SIGKILL");
  const ended = await part.ended;

  // Told only when the output is closed, which the worker held for ten minutes.
  expect(ended).toBe("server ended with SIGKILL");
});

test("a part that cannot be started says so to whoever waits for it", async () => {
  const part = await startPart("server", "/nowhere/server", []).catch((error: Error) => error);

  const waited = part instanceof Error ? part : await part.line(/ready/).catch((error: Error) => error);

  expect(String(waited)).toContain("/nowhere/server");
});
