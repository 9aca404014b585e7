import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Payment } from "../../../src/simulator/payment.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/start.ts";
import { type FormModule, startFormModule } from "../../support/click/form-module.ts";
import { freePort } from "../../support/servers/ports.ts";
import { type Part, startPart } from "../../support/servers/process.ts";
import { ALL_SCOPES_TOKEN, startTestService, type TestService } from "../../support/service/service.ts";
import { createShop, SERVICE, type Shop, type ShopOrder } from "../../support/shop/shop.ts";
import { until } from "../../support/until.ts";

/** What an integrator copies: the examples and the lines of the documentation, as they are, against a service that runs. */

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const run = promisify(execFile);

let shop: Shop;
let simulator: Simulator;
let service: TestService;
let module: FormModule;
let target: string;

beforeAll(async () => {
  shop = await createShop();
  simulator = await startSimulator({ accounts: [SERVICE] });
  service = await startTestService({
    databaseUrl: shop.url,
    env: {
      CLICKBRIDGE_LISTEN: "tcp://127.0.0.1:0",
      CLICKBRIDGE_CLICK_API_URL: `${simulator.url}/v2/merchant/`,
      CLICKBRIDGE_RECONCILE_REQUESTS_PER_MINUTE: "0",
    },
  });
  target = service.address.replace("tcp://", "");
  module = await startFormModule(service);
  simulator.standIn.setShop(module);
});
afterAll(async () => {
  await simulator?.stop();
  await module?.stop();
  await service?.stop();
  await shop?.stop();
});

/** The customer pays an order with Click; once more for one that is paid, and the money is owed. */
function pay({ number }: ShopOrder): Promise<Payment> {
  const { standIn } = simulator;
  const behaviour = { retry_delay_ms: 0, after_refusal: "confirm" } as const;
  const { serviceId } = SERVICE;
  return standIn.settled(
    standIn.pay({ serviceId, reference: number, amountText: "1000.00", origin: "control", behaviour }),
  );
}

/** The money of a payment, at Click. */
const moneyAt = (payment: Payment) => simulator.standIn.ledger.payment(payment.paymentId)?.money;

describe("the consumer in TypeScript", () => {
  /** A project beside this one that was installed by the example's README: it has the package click-bridge, and buf. */
  let project: string;
  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), "clickbridge-example-"));
    cpSync(join(ROOT, "examples/typescript"), project, { recursive: true });
    const modules = join(project, "node_modules");
    mkdirSync(modules);
    for (const name of [".bin", "@bufbuild", "@grpc", "@types", "ts-proto", "typescript"]) {
      symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
    }
    symlinkSync(ROOT, join(modules, "click-bridge"));
    await script("generate");
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  async function script(name: string): Promise<void> {
    const { scripts } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
    await run("sh", ["-c", scripts[name]], {
      cwd: project,
      env: { ...process.env, PATH: `${project}/node_modules/.bin:${process.env["PATH"]}` },
    });
  }

  async function start(address = target): Promise<Part> {
    const consumer = await startPart("consumer", process.execPath, ["follow-events.ts"], {
      cwd: project,
      env: { ...process.env, BRIDGE_ADDRESS: address, BRIDGE_TOKEN: ALL_SCOPES_TOKEN, CURSOR_FILE: "cursor" },
    });
    onTestFinished(() => consumer.stop());
    return consumer;
  }

  /** Until the consumer has noted that everything up to the owed money is done. */
  function noted({ paymentId }: ShopOrder): Promise<void> {
    return until("the cursor was not kept", async () => {
      const owed = "SELECT seq FROM clickbridge_event WHERE type = 'attempt.owed' AND payment_id = ?";
      const [event] = await shop.query(owed, [paymentId]);
      return Number.parseInt(readFileSync(join(project, "cursor"), "utf8"), 10) >= Number(event?.["seq"]);
    });
  }

  test("wants only what the package's own template and compiler give", async () => {
    await expect(script("check")).resolves.toBeUndefined();
  });

  test("names the versions of this package's own dependencies", () => {
    const versions = (file: string) => {
      const { dependencies, devDependencies } = JSON.parse(readFileSync(file, "utf8"));
      return { ...dependencies, ...devDependencies } as Record<string, string>;
    };
    const { "click-bridge": _, ...named } = versions(join(ROOT, "examples/typescript/package.json"));

    expect(versions(join(ROOT, "package.json"))).toMatchObject(named);
  });

  test("prints captures, refunds owed money, and continues where it stopped", async () => {
    const order = await shop.addOrder();
    const kept = await pay(order);
    const first = await start();
    await first.line(new RegExp(`attempt.captured of payment ${order.paymentId}: 100000 tiyin`));
    const second = await pay(order);
    await first.line(new RegExp(`attempt.owed of payment ${order.paymentId}: STATE_DONE`));
    await noted(order);
    await first.stop();

    const other = await shop.addOrder();
    await pay(other);
    const again = await start();
    await again.line(new RegExp(`attempt.captured of payment ${other.paymentId}`));

    expect([moneyAt(kept), moneyAt(second)]).toEqual(["taken", "reversed"]);
    expect(again.output()).not.toContain(`payment ${order.paymentId}:`);
  });

  test("reconnects when its replica goes away", async () => {
    const port = await freePort();
    const replica = () =>
      startTestService({ databaseUrl: shop.url, env: { CLICKBRIDGE_LISTEN: `tcp://127.0.0.1:${port}` } });
    const going = await replica();
    const consumer = await start(`127.0.0.1:${port}`);
    const [before, after] = [await shop.addOrder(), await shop.addOrder()];
    await pay(before);
    await consumer.line(new RegExp(`attempt.captured of payment ${before.paymentId}`));

    await going.stop();
    await consumer.line(/the stream ended, coming again/);
    const coming = await replica();
    onTestFinished(() => coming.stop());
    await pay(after);

    expect(await consumer.line(new RegExp(`attempt.captured of payment ${after.paymentId}`))).toBeTruthy();
  });
});

describe("the caller in PHP", () => {
  const php = (...args: readonly string[]) =>
    run("php", [join(ROOT, "examples/php/refund.php"), ...args], {
      env: { ...process.env, BRIDGE_ADDRESS: service.address, BRIDGE_TOKEN: ALL_SCOPES_TOKEN },
    });

  test("shows a payment, and refunds it once", async () => {
    const order = await shop.addOrder();
    const payment = await pay(order);
    const paymentId = String(order.paymentId);
    const requestId = crypto.randomUUID();

    const shown = await php(paymentId);
    const refunded = await php(paymentId, requestId);
    const repeated = await php(paymentId, requestId);

    expect(shown.stdout).toMatch(new RegExp(`^order ${order.number}: 100000 tiyin\nattempt \\d+: STATE_CAPTURED\n$`));
    expect(refunded.stdout).toMatch(/refund \d+: STATE_DONE\n$/);
    expect(repeated.stdout.split("\n").at(-2)).toBe(refunded.stdout.split("\n").at(-2));
    expect(moneyAt(payment)).toBe("reversed");
  });

  test("prints the reason, and ends with 1", async () => {
    await expect(php("999999")).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("GetPayment: NOT_FOUND PAYMENT_NOT_FOUND"),
    });
  });
});

describe("the lines of the documentation", () => {
  /** Every `buf curl` there is, by its page; a README's block is fenced without a language. */
  const PAGES = [
    "README.md",
    ...readdirSync(join(ROOT, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];
  const LINES = PAGES.flatMap((page) => {
    const blocks = readFileSync(join(ROOT, page), "utf8").matchAll(/^ *```(?:sh)?\n((?: *)buf curl [\s\S]*?)^ *```$/gm);
    return [...blocks].map(([, line = ""]) => ({
      page,
      line,
      rpc: /PaymentService\/(\w+)|\$BRIDGE\/(\w+)/.exec(line)?.slice(1).find(Boolean),
    }));
  });

  let order: ShopOrder;
  let payment: Payment;
  beforeAll(async () => {
    order = await shop.addOrder();
    payment = await pay(order);
    await pay(order);
  });

  /** Starts it as a shell would, in a folder without a copy of the contract. What a reader has to put in is put in. */
  function shell(line: string): Promise<Part> {
    const command = line
      .replaceAll("Bearer TOKEN", `Bearer ${ALL_SCOPES_TOKEN}`)
      .replaceAll("http://127.0.0.1:50051", `http://${target}`)
      .replaceAll('"payment_id": 42', `"payment_id": ${order.paymentId}`);
    return startPart("line", "sh", ["-c", `exec ${command.trim()}`], {
      cwd: tmpdir(),
      env: { ...process.env, TOKEN: ALL_SCOPES_TOKEN, BRIDGE: `http://${target}/clickbridge.v1.PaymentService` },
    });
  }

  test("are there for each RPC that one tries first", () => {
    const rpcs = LINES.filter(({ page }) => page === "docs/calling.md").map(({ rpc }) => rpc);

    expect(rpcs).toEqual(["GetPayment", "ListPayments", "ListEvents", "WatchEvents", "ListAnomalies", "RefundPayment"]);
  });

  /** What a line must print, by its RPC. */
  const PRINTS: Readonly<Record<string, RegExp>> = {
    GetPayment: /"orderNumber"/,
    ListPayments: /"state": "STATE_CAPTURED"/,
    ListEvents: /"type": "attempt.captured"/,
    WatchEvents: /"type": ?"attempt.captured"/,
    ListAnomalies: /"kind": "KIND_/,
    RefundPayment: /"state": "STATE_DONE"/,
  };

  test.each(LINES)("$page: $rpc answers", async ({ line, rpc = "" }) => {
    const part = await shell(line);
    onTestFinished(() => part.stop());

    await part.line(PRINTS[rpc] ?? /^$/);
    if (rpc === "WatchEvents") await part.stop();

    expect(await part.ended).toBe(rpc === "WatchEvents" ? "line ended with SIGTERM" : "line ended with code 0");
  });

  test("the refund's line gave the money back", () => {
    expect(moneyAt(payment)).toBe("reversed");
  });
});
