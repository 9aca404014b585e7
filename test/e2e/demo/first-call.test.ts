import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generatePythonClient, type PythonClient } from "../../support/service/python.ts";
import { ALL_SCOPES_TOKEN, startTestService, type TestService } from "../../support/service/service.ts";
import { createShop, type Shop, type ShopOrder } from "../../support/shop/shop.ts";

/** The programs of docs/first-call.md as they stand there, but for the number of the payment. */

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PAGE = readFileSync(join(ROOT, "docs/first-call.md"), "utf8");
const run = promisify(execFile);

let shop: Shop;
let service: TestService;
let python: PythonClient;
let folder: string;
let order: ShopOrder;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "clickbridge-first-call-"));
  shop = await createShop();
  order = await shop.addOrder();
  service = await startTestService({
    databaseUrl: shop.url,
    env: { CLICKBRIDGE_LISTEN: "tcp://127.0.0.1:0", CLICKBRIDGE_JSON_LISTEN: "tcp://127.0.0.1:0" },
  });
  python = await generatePythonClient();
  // What `buf generate` and `npm install` make: the template is tried by the example beside.
  symlinkSync(join(ROOT, "src/gen"), join(folder, "gen"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  env = {
    ...process.env,
    BRIDGE_ADDRESS: service.address.replace("tcp://", ""),
    BRIDGE_URL: service.running.jsonAddresses[0]?.replace("tcp://", "http://"),
    BRIDGE_TOKEN: ALL_SCOPES_TOKEN,
    BRIDGE_LIB: join(ROOT, "php-bridge"),
  };
});
afterAll(async () => {
  python?.remove();
  await service?.stop();
  await shop?.stop();
  rmSync(folder, { recursive: true });
});

/** The only program of the page in this language, about another payment, in a file. */
function program(language: string, paymentId: number): string {
  const blocks = [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm"))];
  expect(blocks).toHaveLength(1);
  const file = join(folder, `call.${language}`);
  writeFileSync(file, (blocks[0]?.[1] ?? "").replace("42", String(paymentId)));
  return file;
}

const PROGRAMS: Readonly<Record<string, (paymentId: number) => Promise<string>>> = {
  ts: async (id) => (await run(process.execPath, [program("ts", id)], { cwd: folder, env })).stdout,
  php: async (id) => (await run("php", [program("php", id)], { env })).stdout,
  python: (id) => python.run(program("python", id), "", env),
};

describe.each(Object.entries(PROGRAMS))("the first call in %s", (_, call) => {
  test("shows the payment", async () => {
    expect(await call(order.paymentId)).toBe(`order ${order.number}: 100000 tiyin\n`);
  });

  test("says the reason when there is none", async () => {
    expect(await call(999_999)).toMatch(/^NOT_FOUND PAYMENT_NOT_FOUND/);
  });
});

test("the first call by curl shows the payment", async () => {
  const { stdout } = await run("sh", [program("sh", order.paymentId)], { env });

  expect(JSON.parse(stdout)).toMatchObject({ payment: { orderNumber: order.number, amountTiyin: "100000" } });
});
