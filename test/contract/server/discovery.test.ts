import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Client, credentials } from "@grpc/grpc-js";
import { service as healthDefinition } from "grpc-health-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contractServices } from "../../../src/grpc/server/descriptors.ts";
import { failureOf } from "../../support/service/failure.ts";
import { RPCS } from "../../support/service/rpcs.ts";
import { ALL_SCOPES_TOKEN, startTestService, type TestService } from "../../support/service/service.ts";
import { type Purchase, purchase } from "../../support/shop/purchase.ts";
import { createShop, type Shop } from "../../support/shop/shop.ts";

const run = promisify(execFile);

let shop: Shop;
let service: TestService;
let bought: Purchase;
let url: string;

beforeAll(async () => {
  shop = await createShop();
  service = await startTestService({ databaseUrl: shop.url, env: { CLICKBRIDGE_LISTEN: "tcp://127.0.0.1:0" } });
  bought = await purchase(service, shop);
  url = service.address.replace("tcp://", "http://");
});
afterAll(async () => {
  await service.stop();
  await shop.stop();
});

/** `buf curl` as a person types it: it has no copy of the contract. */
async function bufCurl(...args: readonly string[]): Promise<string> {
  const curl = ["curl", "--protocol", "grpc", "--http2-prior-knowledge"];
  // In a folder without buf.yaml, or buf would take our own proto files.
  const { stdout } = await run("buf", [...curl, ...args], { cwd: "/tmp" });
  return stdout;
}

describe("a client that knows nothing of us", () => {
  test("gets a payment by reflection with buf curl", async () => {
    const stdout = await bufCurl(
      ...[
        "--header",
        `Authorization: Bearer ${ALL_SCOPES_TOKEN}`,
        "--data",
        `{"payment_id": ${bought.order.paymentId}}`,
      ],
      `${url}/clickbridge.v1.PaymentService/GetPayment`,
    );

    expect(JSON.parse(stdout)).toMatchObject({
      payment: {
        paymentId: String(bought.order.paymentId),
        amountTiyin: "100000",
        attempts: [{ state: "STATE_CAPTURED", clickTransId: bought.clickTransId }],
      },
    });
  });

  test("gets a readable reason", async () => {
    const failed = bufCurl("--data", '{"payment_id": 1}', `${url}/clickbridge.v1.PaymentService/GetPayment`);

    await expect(failed).rejects.toThrow(/unauthenticated[\s\S]*a known token[\s\S]*google.rpc.ErrorInfo/);
  });

  test.each(["grpc-v1", "grpc-v1alpha"])("lists every RPC by reflection %s, without a token", async (version) => {
    const stdout = await bufCurl("--reflect-protocol", version, "--list-methods", url);

    const ours = stdout.split("\n").filter((line) => line.startsWith("clickbridge."));
    expect(ours.map((line) => line.split("/")[1]).sort()).toEqual(RPCS.map((rpc) => rpc.name).sort());
  });
});

type Health = { readonly status: string };

function checkHealth(address: string, name: string): Promise<Health> {
  const client = new Client(address, credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
  const { path, requestSerialize, responseDeserialize } = healthDefinition["Check"] as {
    path: string;
    requestSerialize: (value: object) => Buffer;
    responseDeserialize: (bytes: Buffer) => object;
  };
  return new Promise<Health>((resolve, reject) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, { service: name }, (error, value) =>
      error === null ? resolve(value as Health) : reject(error),
    );
  }).finally(() => client.close());
}

describe("health", () => {
  test("needs no token", async () => {
    const health = await checkHealth(service.address.replace("tcp://", ""), "");

    expect(health.status).toBe("SERVING");
  });

  test("is asked by the name of each service too", async () => {
    const address = service.address.replace("tcp://", "");
    const names = contractServices().map(({ typeName }) => typeName);

    const found = await Promise.all(names.map((name) => checkHealth(address, name)));

    expect(names).toContain("clickbridge.v1.PaymentService");
    expect(new Set(found.map(({ status }) => status))).toEqual(new Set(["SERVING"]));
  });

  test("is listed by reflection", async () => {
    const stdout = await bufCurl("--list-services", url);

    expect(stdout.split("\n")).toContain("grpc.health.v1.Health");
  });

  test("of a service that we have not is not found", async () => {
    const failure = await failureOf(checkHealth(service.address.replace("tcp://", ""), "clickbridge.v9.Nothing"));

    expect(failure.code).toBe("NOT_FOUND");
  });
});

test("without reflection nothing is listed, and calls work", async () => {
  const mute = await startTestService({
    databaseUrl: shop.url,
    env: { CLICKBRIDGE_LISTEN: "tcp://127.0.0.1:0", CLICKBRIDGE_REFLECTION: "off" },
  });

  const listing = bufCurl("--list-methods", mute.address.replace("tcp://", "http://"));

  await expect(listing).rejects.toThrow(/reflection|unimplemented/i);
  expect((await purchase(mute, shop)).completed.error).toBe(0);
  await mute.stop();
});
