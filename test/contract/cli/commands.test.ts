import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { DEMO_ACCOUNT } from "../../../src/simulator/account.ts";
import { type Merchant, type Rules, SECRET, SERVICE_ID, startMerchant } from "../../support/click/click-merchant.ts";
import { steering } from "../../support/click/stand-in.ts";
import { startPart } from "../../support/servers/process.ts";
import { CLI, COMPILE_CACHE } from "../../support/service/run-cli.ts";

/** `certify` and `simulate` as an integrator runs them: in an empty folder, with nothing in the environment. */

const COLUMNS = 120;

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "clickbridge-command-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const cwd = await emptyFolder();
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { cwd, env: { ...COMPILE_CACHE, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

test("an older Node fails with one sentence that names the needed version", async () => {
  const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.18.0' } })";

  const { code, stderr } = await new Promise<Ended>((resolve) => {
    const args = ["--import", `data:text/javascript,${encodeURIComponent(older)}`, CLI, "--version"];
    execFile(process.execPath, args, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "click-bridge: Node 22.19 or newer is needed; this is 22.18.0.\n",
  });
});

const ORDERS = { "57/1": 150_000, "57/2": 150_000, "57/3": 150_000 };

async function merchantOfTest(rules: Rules = {}): Promise<Merchant> {
  const merchant = await startMerchant(ORDERS, rules);
  onTestFinished(() => merchant.stop());
  return merchant;
}

function certifyArgs({ prepareUrl, completeUrl }: Pick<Merchant, "prepareUrl" | "completeUrl">): string[] {
  const orders = Object.keys(ORDERS).flatMap((reference) => ["--order", `${reference}:150000.00`]);
  return ["certify", "--prepare", prepareUrl, "--complete", completeUrl, "--service-id", SERVICE_ID, ...orders];
}

const KEY = { CLICKBRIDGE_CERTIFY_SECRET: SECRET };
const DEAD = { prepareUrl: "http://127.0.0.1:1/prepare", completeUrl: "http://127.0.0.1:1/complete" };

describe("click-bridge certify", () => {
  test("needs no configuration, prints both tables, and ends with 0 when all steps pass", async () => {
    const merchant = await merchantOfTest();

    const { code, stdout, stderr } = await run([...certifyArgs(merchant), "--secret", SECRET]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/# +step +sent +expected +got +verdict/);
    expect(stdout).toContain("30 passed, 0 failed");
  });

  test("with --json prints the report as JSON and nothing else", async () => {
    const merchant = await merchantOfTest();

    const { stdout } = await run([...certifyArgs(merchant), "--json"], KEY);

    expect(JSON.parse(stdout)).toMatchObject({
      passed: true,
      counts: { passed: 30, failed: 0, notJudged: 0 },
      prepareUrl: merchant.prepareUrl,
    });
  });

  test("ends with 1 when a step fails, and says what came instead", async () => {
    const merchant = await merchantOfTest({ repeatsSuccess: true });

    const { code, stdout } = await run(certifyArgs(merchant), KEY);

    expect(code).toBe(1);
    expect(stdout).toContain('error -4 (Already paid) was expected, 0 came, with the note "Success"');
    expect(stdout).toContain("28 passed, 2 failed");
  });

  test.each([
    ["that passes", () => merchantOfTest()],
    ["that refuses everything", () => merchantOfTest({ twist: () => ({ error: -7, error_note: "x".repeat(300) }) })],
    ["that nobody listens for", async () => DEAD],
  ])("prints of a shop %s no line that a terminal of 120 columns would break", async (_, shop) => {
    const { stdout } = await run(certifyArgs(await shop()), KEY);

    expect(stdout.split("\n").filter((line) => line.length > COLUMNS)).toEqual([]);
  });

  test.each<[string, readonly string[], string]>([
    ["no order", ["--service-id", "1"], "Three unpaid orders are needed, 0 given"],
    ["an order without a sum", ["--service-id", "1", "--order", "57"], "--order 57 must be REF:SUM"],
    ["a service that is no number", ["--service-id", "shop"], "--service-id must be a number"],
    ["an unknown suite", ["--service-id", "1", "--suite", "all"], "--suite must be tool, postman or both"],
    ["a timeout of 0", ["--service-id", "1", "--timeout", "0"], "--timeout must be 1 to 600000 ms"],
    ["no service", [], "--service-id"],
  ])("refuses %s with a sentence, and sends nothing", async (_, flags, sentence) => {
    const merchant = await merchantOfTest();
    const urls = ["--prepare", merchant.prepareUrl, "--complete", merchant.completeUrl];

    const { code, stdout, stderr } = await run(["certify", ...urls, ...flags], KEY);

    expect(code).toBeGreaterThan(0);
    expect(stderr + stdout).toContain(sentence);
    expect(merchant.received).toEqual([]);
  });

  test("never prints the key", async () => {
    const merchant = await merchantOfTest({
      twist: () => ({ httpStatus: 500, body: SECRET }),
    });

    const { stdout, stderr } = await run([...certifyArgs(merchant), "--json"], KEY);

    expect(stdout).toContain("HTTP 500");
    expect(stdout + stderr).not.toContain(SECRET);
  });
});

describe("click-bridge simulate", () => {
  async function simulate(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    const part = await startPart("simulate", process.execPath, [CLI, "simulate", "--listen", "127.0.0.1:0", ...args], {
      cwd: await emptyFolder(),
      env: { ...COMPILE_CACHE, ...env },
    });
    onTestFinished(() => part.stop());
    const url = (await part.line(/^Click stand-in on /)).replace("Click stand-in on ", "");
    return { part, url };
  }
  const TOKEN = "start-token-of-a-test";
  const pay = (url: string, body: object, token: string) =>
    fetch(`${url}/simulator/payments`, { method: "POST", headers: steering({ token }), body: JSON.stringify(body) });

  test("needs no configuration: it plays a service whose numbers and key it prints", async () => {
    const { part, url } = await simulate();
    const line = await part.line(/^service_id /);
    const help = await (await fetch(`${url}/simulator`)).text();

    expect(line).toContain(`service_id ${DEMO_ACCOUNT.serviceId}`);
    expect(line).toContain(`secret_key ${DEMO_ACCOUNT.secretKey}`);
    expect(help).toContain("POST   /simulator/payments");
  });

  test.each(["a file", "the environment"])(
    "plays the services of %s, prints no key, and tells every call",
    async (place) => {
      const merchant = await merchantOfTest();
      const services = `# the shop\n${SERVICE_ID}:22222:33333:${SECRET}\n`;
      const file = join(await emptyFolder(), "services");
      await writeFile(file, services);
      const { part, url } = await simulate(
        [
          ...(place === "a file" ? ["--services-file", file] : []),
          "--prepare",
          merchant.prepareUrl,
          "--complete",
          merchant.completeUrl,
        ],
        {
          CLICKBRIDGE_SIMULATE_TOKEN: TOKEN,
          ...(place === "a file" ? {} : { CLICKBRIDGE_SIMULATE_SERVICES: services }),
        },
      );

      await pay(url, { merchant_trans_id: "57/1", amount: "150000.00" }, TOKEN);
      await part.line(/^Complete of payment \d+: 0 Success/);

      expect(merchant.isPaid("57/1")).toBe(true);
      expect(part.output()).not.toContain(SECRET);
      expect(part.output()).not.toContain(TOKEN);
    },
  );

  test("ends with 0 at SIGTERM, also while a payment is under way", async () => {
    const { part, url } = await simulate(["--prepare", "http://127.0.0.1:1/"]);
    const token = (await part.line(/^start token /)).replace("start token ", "");
    const purchase = { merchant_trans_id: "1", amount: "1", wait: false, behaviour: { delay_ms: 60_000 } };
    await pay(url, purchase, token);

    await part.stop("SIGTERM");

    expect(await part.ended).toContain("code 0");
  });

  test.each([
    [["--listen", "8090"], "--listen 8090 must be HOST:PORT"],
    [["--listen", "0.0.0.0:0"], "--allow-remote"],
    [["--services-file", "/nowhere"], "--services-file /nowhere cannot be read (ENOENT)"],
    [["--prepare", "shop.uz"], "--prepare must be an http or https URL"],
    [["--complete", "http://127.0.0.1:1/"], "--complete needs --prepare"],
  ])("refuses %j with a sentence", async (flags, sentence) => {
    const { code, stderr } = await run(["simulate", ...flags]);

    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });

  test.each([
    ["CLICKBRIDGE_SIMULATE_SERVICES", "1:2:3", "a service has no SECRET_KEY"],
    ["CLICKBRIDGE_SIMULATE_SERVICES", "shop:2:3:key", "SERVICE_ID must be a number"],
    ["CLICKBRIDGE_SIMULATE_TOKEN", "short", "CLICKBRIDGE_SIMULATE_TOKEN must have 16 characters at least"],
  ])("refuses %s=%s with a sentence", async (variable, value, sentence) => {
    const { code, stderr } = await run(["simulate"], { [variable]: value });

    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });
});
