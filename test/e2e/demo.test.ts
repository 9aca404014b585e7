import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { type Part, startPart } from "../support/process.ts";

const MAIN = fileURLToPath(new URL("../../tools/demo/main.ts", import.meta.url));

const folder = await mkdtemp(join(tmpdir(), "clickbridge-demo-test-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

function startDemo(...args: string[]): Promise<Part> {
  const env = { ...process.env, CLICKBRIDGE_DATABASE_URL: "", CLICKBRIDGE_DEMO_FOLDER: join(folder, "demo") };
  return startPart("demo", process.execPath, [MAIN, ...args], { env });
}

test("the demo buys by itself, shows every step up to PAID=Y, and ends with 0", async () => {
  const demo = await startDemo("--once");

  const ended = await demo.ended;

  const steps = [/^link: http/m, /^Prepare: 0/m, /^Complete: 0/m, /^order update applied/m, /^PAID=Y/m];
  expect(steps.filter((step) => !step.test(demo.output())).map(String)).toEqual([]);
  expect(ended).toBe("demo ended with code 0");
});

test("while it runs its places are in a file of its own, and Ctrl-C leaves nothing behind", async () => {
  const demo = await startDemo();
  await demo.line(/^Open http/);
  const file = join(folder, "demo.json");
  const places = JSON.parse(await readFile(file, "utf8")) as Record<string, string>;
  const shop = await fetch(places["shop_url"] ?? "");

  await demo.stop("SIGINT");

  expect(Object.keys(places)).toEqual([
    ...["shop_url", "prepare_url", "complete_url", "simulator_url", "service_id", "merchant_id", "merchant_user_id"],
    ...["secret_key", "grpc_address", "grpc_token", "database_url", "pay_system_id"],
  ]);
  expect(shop.status).toBe(200);
  expect(await demo.ended).toBe("demo ended with code 0");
  await expect(stat(file)).rejects.toThrow("ENOENT");
  await expect(fetch(places["simulator_url"] ?? "")).rejects.toThrow();
  await expect(fetch(places["shop_url"] ?? "")).rejects.toThrow();
});
