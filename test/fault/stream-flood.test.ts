import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Part, startPart } from "../support/servers/process.ts";
import { call } from "../support/service/service.ts";
import { type ServiceProcess, startServiceProcess } from "../support/service/service-process.ts";
import { createShop, type Shop } from "../support/shop/shop.ts";

const FLOOD = fileURLToPath(new URL("../support/service/stream-flood.ts", import.meta.url));
/** As `click-bridge` starts itself. */
const HEAP_MB_MAX = 256;
const MEMORY_MB_MAX = 450;

let shop: Shop;
let service: ServiceProcess;

beforeAll(async () => {
  shop = await createShop();
  service = await startServiceProcess(shop.url, {
    CLICKBRIDGE_LISTEN: "tcp://127.0.0.1:0",
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MB_MAX}`,
  });
});
afterAll(async () => {
  await service.stop();
  await shop.stop();
});

async function flood(connections: number, streams: number, path: string): Promise<Part> {
  const [host = "", port = ""] = service.target.split(":");
  const part = await startPart("flood", process.execPath, [FLOOD, host, port, `${connections}`, `${streams}`, path]);
  onTestFinished(() => part.stop("SIGKILL"));
  return part;
}

const peakMegabytes = async () =>
  Number(/VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${service.part.pid}/status`, "utf8"))?.[1]) / 1024;

/** Calls of an honest client, one after the other, for as long as it takes. */
async function servedDuring(work: Promise<unknown>): Promise<number> {
  let isOver = false;
  void work.then(() => {
    isOver = true;
  });
  let served = 0;
  while (!isOver) {
    await call(service.updates, service.updates.claimOrderUpdates, { limit: 0 });
    served += 1;
  }
  return served;
}

test("100,000 streams that are opened without a token stay within the memory of the service, and others are served meanwhile", async () => {
  const floods = [
    // All at once on one connection, then as many as a connection may have on each of many.
    await flood(1, 20_000, "/clickbridge.v1.PaymentService/GetPayment"),
    await flood(110, 250, "/clickbridge.v1.PaymentService/GetPayment"),
    await flood(110, 250, "/grpc.health.v1.Health/Check"),
    await flood(100, 250, "/nobody.Service/Method"),
  ];

  const served = await servedDuring(Promise.all(floods.map((part) => part.line(/read on \d+ connections/))));
  const last = await call(service.updates, service.updates.claimOrderUpdates, { limit: 0 });

  expect(served).toBeGreaterThan(0);
  expect(last).toEqual({ orderUpdates: [] });
  expect(await peakMegabytes()).toBeLessThan(MEMORY_MB_MAX);
  // A few lines in the log, not one for each.
  expect(service.lines.filter((line) => line.includes("TOKEN_INVALID")).length).toBeLessThan(200);
});
