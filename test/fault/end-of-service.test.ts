import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { CLI } from "../support/service/run-cli.ts";
import { createShop, type Shop } from "../support/shop/shop.ts";

/** The moment between the log line and what follows it is short: one start in three shows it. */
const STARTS = 6;

let shop: Shop;
beforeAll(async () => {
  shop = await createShop();
});
afterAll(() => shop.stop());

/** A service with its bare stdout, which a Part would read to the end. `whenServing` runs in the turn that reads the line. */
async function startServing(whenServing: (service: ChildProcess) => void = () => {}) {
  const folder = await mkdtemp(join(tmpdir(), "clickbridge-reader-"));
  const service = spawn(process.execPath, [CLI, "serve"], {
    env: {
      ...process.env,
      CLICKBRIDGE_DATABASE_URL: shop.url,
      CLICKBRIDGE_LISTEN: `unix:${join(folder, "service.sock")}`,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    service.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });
  const ended = once(service, "exit");
  let said = "";
  for await (const text of service.stdout.iterator({ destroyOnReturn: false })) {
    said += String(text);
    if (said.includes('"serving"')) break;
  }
  whenServing(service);
  return { service, ended };
}

test("SIGTERM ends a service whose log has lost its reader", async () => {
  const { service, ended } = await startServing();
  service.stdout.destroy();
  await once(service.stdout, "close");

  service.kill("SIGTERM");
  const how = await ended;

  expect(how).toEqual([0, null]);
});

test("what it logs last is still written when the log is read", async () => {
  const { service } = await startServing();
  let rest = "";
  service.stdout.on("data", (text) => {
    rest += String(text);
  });

  service.kill("SIGTERM");
  await once(service, "close");

  expect(rest.trimEnd().split("\n").at(-1)).toContain('"drained"');
});

test("SIGTERM that comes as soon as it says that it serves is a drain like any other", async () => {
  const services = await Promise.all(Array.from({ length: STARTS }, () => startServing((service) => service.kill())));

  const ends = await Promise.all(services.map(({ ended }) => ended));

  expect(ends).toEqual(Array.from({ length: STARTS }, () => [0, null]));
});
