import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const LOG = fileURLToPath(new URL("../../../src/telemetry/log.ts", import.meta.url));
const MANY = 2_000;

/** What a process of its own writes that logs to stdout. */
function written(script: string): Promise<readonly string[]> {
  const module = `import { createLog, stdoutLog } from ${JSON.stringify(LOG)};
    const output = stdoutLog();
    const log = createLog("info", output.stream);
    ${script}`;
  return new Promise((resolve) => {
    execFile(process.execPath, ["--input-type=module", "-e", module], (_, stdout) =>
      resolve(stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line).msg]))),
    );
  });
}

describe("the log on stdout", () => {
  test("writes a line that no other follows", async () => {
    // Node ends when nothing is left to do.
    expect(await written(`log.info("alone");`)).toEqual(["alone"]);
  });

  test("has the last line of a process that ends by an exception", async () => {
    expect(await written(`setTimeout(() => { log.info("last"); throw new Error("bug"); }, 50);`)).toEqual(["last"]);
  });

  test("has all lines in their order when it was ended", async () => {
    const lines = await written(`
      for (let n = 0; n < ${MANY}; n += 1) log.info(String(n));
      await output.end();
      process.exit(0);`);

    expect(lines).toEqual(Array.from({ length: MANY }, (_, n) => String(n)));
  });
});
