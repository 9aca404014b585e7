import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { createTestDatabase } from "../../support/servers/database.ts";
import { type Part, startPart } from "../../support/servers/process.ts";

const MAIN = fileURLToPath(new URL("../../../tools/demo/main.ts", import.meta.url));

const folder = await mkdtemp(join(tmpdir(), "clickbridge-demo-test-"));
/** A server given for the whole run stands for the demo's own, where there may be no mariadbd. */
const database = process.env["CLICKBRIDGE_DATABASE_URL"] ? await createTestDatabase() : undefined;
afterAll(async () => {
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function startDemo(...args: string[]): Promise<Part> {
  const demo = await startPart("demo", process.execPath, [MAIN, ...args], {
    env: {
      ...process.env,
      CLICKBRIDGE_DEMO_FOLDER: join(folder, "demo"),
      CLICKBRIDGE_DATABASE_URL: database?.url ?? "",
      ...(database === undefined ? {} : { CLICKBRIDGE_DEMO_DATABASE: database.name }),
    },
  });
  onTestFinished(() => demo.stop());
  return demo;
}

test("the demo buys by itself, shows every step up to PAID=Y, and ends with 0", async () => {
  const demo = await startDemo("--once");

  const ended = await demo.ended;

  const steps = [/^link: http/m, /^Prepare: 0/m, /^Complete: 0/m, /^order update applied/m, /^PAID=Y/m];
  expect(steps.filter((step) => !step.test(demo.output())).map(String)).toEqual([]);
  expect(ended).toBe("demo ended with code 0");
});

/** An RPC for each scope that is not the module's own; each wants more than an empty request. */
const OF_EACH_SCOPE = [
  ...["PaymentService/GetPayment", "PaymentService/RefundPayment", "CheckoutService/GetCheckout"],
  ...["CardService/DeleteCardToken", "PassService/ConfirmClickPass", "FiscalService/GetFiscalData"],
];

async function codeOf(places: Readonly<Record<string, string>>, rpc: string): Promise<string> {
  const answer = await fetch(`${places["json_url"]}/clickbridge.v1.${rpc}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${places["grpc_token"]}` },
    body: "{}",
  });
  return ((await answer.json()) as { readonly code: string }).code;
}

test("while it runs its places are in a file of its own, and Ctrl-C leaves nothing behind", async () => {
  const demo = await startDemo();
  await demo.line(/^Open http/);
  const file = join(folder, "demo.json");
  const places = JSON.parse(await readFile(file, "utf8")) as Record<string, string>;
  const shop = await fetch(places["shop_url"] ?? "");
  const codes = await Promise.all(OF_EACH_SCOPE.map((rpc) => codeOf(places, rpc)));

  await demo.stop("SIGINT");

  expect(Object.keys(places)).toEqual([
    ...[
      "shop_url",
      "prepare_url",
      "complete_url",
      "simulator_url",
      "simulator_token",
      "service_id",
      "merchant_id",
      "merchant_user_id",
    ],
    ...["secret_key", "grpc_address", "json_url", "grpc_token", "database_url", "pay_system_id"],
  ]);
  expect(shop.status).toBe(200);
  expect(codes).toEqual(OF_EACH_SCOPE.map(() => "invalid_argument"));
  expect(await demo.ended).toBe("demo ended with code 0");
  await expect(stat(file)).rejects.toThrow("ENOENT");
  await expect(fetch(places["simulator_url"] ?? "")).rejects.toThrow();
  await expect(fetch(places["shop_url"] ?? "")).rejects.toThrow();
});

test("a second demo prints where the running one is, and --once buys in it", async () => {
  const first = await startDemo();
  await first.line(/^Open http/);

  const second = await startDemo();
  const secondEnded = await second.ended;
  const once = await startDemo("--once");
  const onceEnded = await once.ended;

  expect(secondEnded).toBe("demo ended with code 1");
  expect(second.output()).toContain("it runs already: open http://");
  expect(onceEnded).toBe("demo ended with code 0");
  expect(once.output()).toContain("PAID=Y");
  expect(once.output()).not.toContain("starting");
});

test("a demo whose shop dies ends with the reason, and leaves nothing behind", async () => {
  const demo = await startDemo();
  await demo.line(/^Open http/);
  const places = JSON.parse(await readFile(join(folder, "demo.json"), "utf8")) as Record<string, string>;

  process.kill(await childOf(demo, "nginx: master"), "SIGKILL");
  const ended = await demo.ended;

  expect(ended).toBe("demo ended with code 1");
  expect(demo.output()).toContain("demo: nginx ended with SIGKILL");
  await expect(fetch(places["simulator_url"] ?? "")).rejects.toThrow();
});

async function childOf({ pid }: Part, words: string): Promise<number> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim().split(" ");
  for (const child of children) {
    if ((await readFile(`/proc/${child}/cmdline`, "utf8")).startsWith(words)) return Number(child);
  }
  throw new Error(`the demo has no child ${words}`);
}
