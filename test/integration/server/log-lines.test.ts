import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { createLog } from "../../../src/telemetry/log.ts";

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

test("a line has no value of a secret's name, by itself, in an object, in an error or in what a child log says of itself", () => {
  const lines: string[] = [];
  const log = createLog("info", { write: (line) => void lines.push(line) }).child({
    about: { token: "s1" },
    phone: "s2",
  });
  const err = Object.assign(new Error("bug"), { secret: "s3" });

  log.info(
    { card_number: "s4", password: 5, auth: true, form: { sign_string: "s6", amount: "1.00" }, count: 7, err },
    "said",
  );

  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    ...{ about: { token: "[redacted]" }, phone: "[redacted]", card_number: "[redacted]", password: "[redacted]" },
    ...{ auth: "[redacted]", form: { sign_string: "[redacted]", amount: "1.00" }, count: 7, msg: "said" },
    err: { message: "bug", secret: "[redacted]" },
  });
});

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
