import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { migrateUp } from "../../../src/mysql/migrations/migrate.ts";
import { createTestDatabase } from "../../support/servers/database.ts";
import { CLI, COMPILE_CACHE } from "../../support/service/run-cli.ts";
import { startTestService } from "../../support/service/service.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { type SoundShop, startSoundShop } from "../../support/shop/sound-shop.ts";

/** `click-bridge doctor` as an admin runs it, beside a service that is running. */

const COLUMNS = 120;

let fixture: SoundShop;

beforeAll(async () => {
  fixture = await startSoundShop();
});
afterAll(() => fixture.stop());

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function doctor(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const cwd = await mkdtemp(join(tmpdir(), "clickbridge-doctor-"));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const configuration = {
    CLICKBRIDGE_DATABASE_URL: fixture.databaseUrl,
    CLICKBRIDGE_LISTEN: fixture.service.address,
    CLICKBRIDGE_CLICK_API_URL: `${fixture.simulator.url}/v2/merchant/`,
    ...COMPILE_CACHE,
    ...env,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, "doctor", ...args], { cwd, env: configuration }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const callbacks = () => ["--callback", fixture.module.prepareUrl, "--callback", fixture.module.completeUrl];

describe("click-bridge doctor", () => {
  test("prints a table and ends with 0 where there is no fault; warnings are none", async () => {
    const { code, stdout, stderr } = await doctor(callbacks());

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^status +check +found$/m);
    expect(stdout).toMatch(/^OK +service \(unix:\S+\)\n +it answers and is serving$/m);
    expect(stdout).toMatch(/^OK +callback_prepare \(service 11111\) +a signed/m);
    expect(stdout).toMatch(/^WARNING +callback_https +callbacks/m);
    expect(stdout).toMatch(/→ give the shop a certificate/);
    expect(stdout).toMatch(/0 FAULT, 0 UNKNOWN$/m);
    expect(stdout + stderr).not.toContain(SERVICE.secretKey);
  });

  test("with --json prints the checks as JSON and nothing else", async () => {
    const { stdout } = await doctor([...callbacks(), "--json"]);

    expect(JSON.parse(stdout)).toMatchObject({
      sound: true,
      checks: expect.arrayContaining([
        { id: "database", subject: "", status: "OK", message: "it answers", remedy: "" },
        expect.objectContaining({ id: "click_api", subject: "service 11111", status: "OK" }),
      ]),
    });
  });

  test("asks the addresses that serve JSON too", async () => {
    const json = await startTestService({
      databaseUrl: fixture.databaseUrl,
      env: { CLICKBRIDGE_JSON_LISTEN: "tcp://127.0.0.1:0" },
    });
    onTestFinished(() => json.stop());

    const listen = `${json.running.jsonAddresses[0]},tcp://127.0.0.1:1`;
    const { stdout } = await doctor([], { CLICKBRIDGE_JSON_LISTEN: listen });

    expect(stdout).toMatch(/^OK +service \(tcp:\/\/127\.0\.0\.1:\d+, JSON\)\n? +it answers and is serving$/m);
    expect(stdout).toMatch(/^FAULT +service \(tcp:\/\/127\.0\.0\.1:1, JSON\)\n? +nobody answers there/m);
  });

  test("ends with 1 when no service answers, and still runs the other checks", async () => {
    const { code, stdout } = await doctor([], { CLICKBRIDGE_LISTEN: "tcp://127.0.0.1:1" });

    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAULT +service \(tcp:\/\/127\.0\.0\.1:1\) +nobody answers there/m);
    expect(stdout).toMatch(/^OK +migrations /m);
  });

  test("ends with 1 where the database does not answer, and with no password", async () => {
    const url = "mysql://nobody:a-password@127.0.0.1:1/shop";

    const { code, stdout, stderr } = await doctor(callbacks(), { CLICKBRIDGE_DATABASE_URL: url });

    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^FAULT +database +it does not answer: database: ECONNREFUSED( \(-\d+\))? at 127\.0\.0\.1:1$/m,
    );
    expect(stdout).toMatch(/^UNKNOWN +migrations /m);
    expect(stdout + stderr).not.toContain("a-password");
  });

  test("warns of a host that could not take over, and says why", async () => {
    const { code, stdout } = await doctor([], {
      CLICKBRIDGE_DATABASE_URL: `${fixture.databaseUrl},mysql://nobody@127.0.0.1:1/${new URL(fixture.databaseUrl).pathname.slice(1)}`,
    });

    expect(code).toBe(0);
    expect(stdout.replaceAll(/\s+/g, " ")).toMatch(
      /WARNING database it answers, but these hosts could not be used now: 127\.0\.0\.1:1 \(ECONNREFUSED/,
    );
  });

  test("ends with 1 on a database that has our tables and not Bitrix's, and names those that are missing", async () => {
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    await migrateUp(database.url);

    const { code, stdout } = await doctor([], { CLICKBRIDGE_DATABASE_URL: database.url });

    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAULT +shop_tables +the database has no b_sale_order, b_sale_order_payment,/m);
    expect(stdout).toMatch(/^UNKNOWN +settings /m);
  });

  test("prints no line that a terminal of 120 columns would break", async () => {
    const { stdout } = await doctor(callbacks());

    expect(stdout.split("\n").filter((line) => line.length > COLUMNS)).toEqual([]);
  });

  test.each([[["--callback", "https://shop.uz/"]], [["--callback", "shop.uz", "--callback", "shop.uz"]]])(
    "refuses %j with a sentence",
    async (args) => {
      const { code, stdout, stderr } = await doctor(args);

      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain("--callback must be given twice");
    },
  );

  test("without a configuration ends with 78", async () => {
    const { code, stderr } = await doctor([], { CLICKBRIDGE_DATABASE_URL: "" });

    expect(code).toBe(78);
    expect(stderr).toContain("CLICKBRIDGE_DATABASE_URL");
  });
});
