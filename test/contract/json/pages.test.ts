import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { Ajv2020, type AnySchema } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readContract } from "../../../src/json/contract.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/start.ts";
import { type FormModule, startFormModule } from "../../support/click/form-module.ts";
import { ALL_SCOPES_TOKEN, startTestService, type TestService } from "../../support/service/service.ts";
import { createShop, SERVICE, type Shop, type ShopOrder } from "../../support/shop/shop.ts";

/** The curl lines of the pages, as a reader types them, and the code in 1C's language beside the contract. */

const ROOT = new URL("../../../", import.meta.url);
const run = promisify(execFile);
const DAY_MS = 24 * 60 * 60 * 1_000;
const TASHKENT_MS = 5 * 60 * 60 * 1_000;

const pageOf = (name: string) => readFileSync(new URL(`docs/${name}`, ROOT), "utf8");
const CURLS = ["calling.md", "1c.md"].flatMap((page) =>
  [...pageOf(page).matchAll(/^```sh\n(curl --silent [\s\S]*?)^```$/gm)].map(([, line = ""]) => {
    const [, service = "", method = ""] = /clickbridge\.v1\.(\w+)\/(\w+)/.exec(line) ?? [];
    return { page, line, path: `/clickbridge.v1.${service}/${method}`, method };
  }),
);

const openApi = JSON.parse(readFileSync(new URL("src/gen/openapi.json", ROOT), "utf8"));
const ajv = new Ajv2020({ strict: false, formats: { int32: true, int64: true, uint64: true, "date-time": true } });
ajv.addSchema(openApi, "openapi.json");

/** What the OpenAPI has against it. */
function faultsOf(value: unknown, schema: AnySchema): readonly string[] {
  const { $ref } = schema as { readonly $ref: string };
  const validate = ajv.compile({ $ref: `openapi.json${$ref}` });
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

let shop: Shop;
let simulator: Simulator;
let service: TestService;
let module: FormModule;
let order: ShopOrder;

beforeAll(async () => {
  shop = await createShop();
  simulator = await startSimulator({ accounts: [SERVICE] });
  service = await startTestService({
    databaseUrl: shop.url,
    env: {
      CLICKBRIDGE_JSON_LISTEN: "tcp://127.0.0.1:0",
      CLICKBRIDGE_CLICK_API_URL: `${simulator.url}/v2/merchant/`,
      CLICKBRIDGE_RECONCILE_REQUESTS_PER_MINUTE: "0",
    },
  });
  module = await startFormModule(service);
  simulator.standIn.setShop(module);
  order = await shop.addOrder();
  const { standIn } = simulator;
  const { serviceId } = SERVICE;
  const { number: reference } = order;
  await standIn.settled(standIn.pay({ serviceId, reference, amountText: "1000.00", origin: "control" }));
});
afterAll(async () => {
  await simulator?.stop();
  await module?.stop();
  await service?.stop();
  await shop?.stop();
});

/** As a shell runs it. What a reader has to put in is put in. */
async function shell(line: string): Promise<Record<string, unknown>> {
  const day = (ms: number) => new Date(ms + TASHKENT_MS).toISOString().slice(0, 10);
  const command = line
    .replaceAll('"paymentId": "42"', `"paymentId": "${order.paymentId}"`)
    .replaceAll('"searchText": "57"', `"searchText": "${order.number}"`)
    .replaceAll("2026-01-15", day(Date.now()))
    .replaceAll("2026-01-16", day(Date.now() + DAY_MS));
  const { stdout } = await run("sh", ["-c", command], {
    env: {
      ...process.env,
      TOKEN: ALL_SCOPES_TOKEN,
      JSON_BRIDGE: (service.running.jsonAddresses[0] ?? "").replace("tcp:", "http:"),
    },
  });
  return JSON.parse(stdout);
}

/** What a line must print, by its RPC. */
const PRINTS: Readonly<Record<string, object>> = {
  GetPayment: { payment: { amountTiyin: "100000", state: "STATE_HELD" } },
  ListLedgerEntries: { entries: [{ kind: "KIND_CAPTURED", amountTiyin: "100000" }], nextPageToken: "" },
  GetTotals: { totals: [{ kind: "KIND_CAPTURED", amountTiyin: "100000", entryCount: "1" }] },
  ListPayments: { payments: [{ attempts: [{ state: expect.stringMatching(/CAPTURED|SETTLED/) }] }] },
  RefundPayment: { refund: { state: "STATE_DONE", userId: "anvar" } },
};

test("the pages have a line for the day's entries, the totals, a search and a refund", () => {
  expect(CURLS.map(({ page, method }) => `${page} ${method}`)).toEqual([
    "calling.md GetPayment",
    "1c.md ListLedgerEntries",
    "1c.md GetTotals",
    "1c.md ListPayments",
    "1c.md RefundPayment",
  ]);
});

test.each(CURLS)("$page: $method answers, and both are what the OpenAPI says", async ({ line, path, method }) => {
  const [, sent = ""] = /-d '(.*)'/.exec(line) ?? [];
  const { post } = openApi.paths[path];

  const answer = await shell(line);

  expect(answer).toMatchObject(PRINTS[method] ?? { none: true });
  expect(faultsOf(answer, post.responses["200"].content["application/json"].schema)).toEqual([]);
  expect(faultsOf(JSON.parse(sent), post.requestBody.content["application/json"].schema)).toEqual([]);
});

test("an error is what the OpenAPI says too", async () => {
  const [line = ""] = CURLS.filter(({ method }) => method === "RefundPayment").map((each) => each.line);

  const answer = await shell(line.replace("0f3c2a52", "1f3c2a52"));

  expect(answer).toMatchObject({ code: "failed_precondition" });
  expect(faultsOf(answer, { $ref: "#/components/schemas/Error" })).toEqual([]);
});

test("the OpenAPI refuses what the service refuses", () => {
  const { schema } =
    openApi.paths["/clickbridge.v1.PaymentService/RefundPayment"].post.requestBody.content["application/json"];

  expect(faultsOf({ paymentId: "1", amount: "500" }, schema)).toEqual([" must NOT have additional properties"]);
  expect(faultsOf({ paymentId: "one" }, schema)).toHaveLength(1);
});

describe("the code in 1C's language", () => {
  const { methods, types } = readContract();
  const code = [...pageOf("1c.md").matchAll(/^```bsl\n([\s\S]*?)^```$/gm)].map(([, text]) => text).join("\n");
  /** Each function with what it puts into a request, and the RPC that it calls. */
  const calls = code.split(/^(?:КонецФункции|КонецПроцедуры)$/m).flatMap((text) => {
    const [, rpc] = /ВызватьClickBridge\("(\w+\/\w+)"/.exec(text) ?? [];
    const fields = [...text.matchAll(/Параметры\.Вставить\("(\w+)"/g)].map(([, field = ""]) => field);
    return rpc === undefined ? [] : [{ rpc, fields }];
  });

  test("calls the RPCs of the page's lines", () => {
    expect(calls.map(({ rpc }) => rpc)).toEqual([
      "LedgerService/ListLedgerEntries",
      "PaymentService/ListPayments",
      "PaymentService/RefundPayment",
    ]);
  });

  test.each(calls)("sends $rpc fields that it has", ({ rpc, fields }) => {
    const known = methods.get(`/clickbridge.v1.${rpc}`)?.input.fields.map(({ jsonName }) => jsonName);

    expect(fields.length).toBeGreaterThan(0);
    expect(known).toEqual(expect.arrayContaining(fields));
  });

  test("reads fields of a movement that it has", () => {
    const known = types.getMessage("clickbridge.v1.LedgerEntry")?.fields.map(({ jsonName }) => jsonName);

    const read = [...code.matchAll(/Движение\["(\w+)"\]/g)].map(([, field]) => field);

    expect(read.length).toBeGreaterThan(5);
    expect(known).toEqual(expect.arrayContaining(read));
  });
});
