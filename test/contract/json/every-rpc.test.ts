import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DescMethod, fromBinary, toJson } from "@bufbuild/protobuf";
import { codeToHttpStatus, codeToString } from "@connectrpc/connect/protocol-connect";
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SCOPES } from "../../../src/grpc/server/tokens.ts";
import { readContract } from "../../../src/json/contract.ts";
import { readFailure } from "../../support/service/failure.ts";
import { errorOf, sendJson } from "../../support/service/json-client.ts";
import { RPCS } from "../../support/service/rpcs.ts";
import { bearer, startTestService, type TestService } from "../../support/service/service.ts";
import { tokensFile } from "../../support/service/tokens-file.ts";
import { createShop, type Shop } from "../../support/shop/shop.ts";

/** Whatever gRPC answers to an empty request with any token, JSON answers too: for every RPC of the contract. */

const { methods } = readContract();
const ALL = [...methods].map(([path, method]) => ({ path, method, name: method.name }));
const UNARY = ALL.filter(({ method }) => method.methodKind === "unary");
const STREAMING = ALL.filter(({ method }) => method.methodKind !== "unary");
const tokenFor = (scope: string) => `token-with-the-scope-${scope}`;

let shop: Shop;
let service: TestService;
let client: Client;
let json: string;
let folder: string;

beforeAll(async () => {
  shop = await createShop();
  folder = await mkdtemp(join(tmpdir(), "clickbridge-json-"));
  const tokens = SCOPES.map((scope) => ({ name: scope, token: tokenFor(scope), scopes: [scope] }));
  service = await startTestService({
    databaseUrl: shop.url,
    env: {
      CLICKBRIDGE_LISTEN: "tcp://127.0.0.1:0",
      CLICKBRIDGE_JSON_LISTEN: "tcp://127.0.0.1:0",
      CLICKBRIDGE_TOKENS_FILE: await tokensFile(folder, tokens),
    },
  });
  [json = ""] = service.running.jsonAddresses;
  const target = service.address.replace("tcp://", "");
  client = new Client(target, credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
});
afterAll(async () => {
  client?.close();
  await service?.stop();
  await shop?.stop();
  await rm(folder, { recursive: true });
});

/** An empty request over gRPC, told as JSON would have to tell it. */
function overGrpc(path: string, { output }: DescMethod, metadata: Metadata) {
  const same = (bytes: Buffer) => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, same, same, Buffer.alloc(0), metadata, (error: ServiceError | null, bytes) => {
      if (error === null && bytes !== undefined)
        return resolve({ status: 200, body: toJson(output, fromBinary(output, bytes), { alwaysEmitImplicit: true }) });
      const { code, message, reason, metadata: info, fields } = readFailure(error as ServiceError);
      const number = status[code as keyof typeof status] as number;
      resolve({
        ...{ status: codeToHttpStatus(number), code: codeToString(number), message, reason, metadata: info },
        fields: fields.length === 0 ? undefined : fields,
      });
    });
  });
}

async function overJson(path: string, token: string | undefined) {
  const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const reply = await sendJson(json, {
    path,
    body: {},
    headers: { "Content-Type": "application/json", ...authorization },
  });
  return reply.status === 200 ? { status: 200, body: reply.body } : errorOf(reply);
}

test("every RPC of the contract is here, one of them a stream", () => {
  expect(ALL.map(({ name }) => name).sort()).toEqual(RPCS.map(({ name }) => name).sort());
  expect(STREAMING.map(({ name }) => name)).toEqual(["WatchEvents"]);
});

describe.each(UNARY)("$name", ({ path, method }) => {
  test.each(SCOPES)("answers a token with the scope %s as gRPC does", async (scope) => {
    const expected = await overGrpc(path, method, bearer(tokenFor(scope)));

    expect(await overJson(path, tokenFor(scope))).toEqual(expected);
  });

  test("is refused without a token", async () => {
    const expected = await overGrpc(path, method, new Metadata());

    expect(expected).toMatchObject({ status: 401, code: "unauthenticated", reason: "TOKEN_INVALID" });
    expect(await overJson(path, undefined)).toEqual(expected);
  });
});

test.each(STREAMING)("$name is a stream, and says so", async ({ path }) => {
  expect(await overJson(path, tokenFor("read"))).toMatchObject({
    status: 501,
    code: "unimplemented",
    reason: "METHOD_UNKNOWN",
    message: expect.stringContaining("only gRPC"),
  });
});

test.each([
  ["an unknown token", "Bearer some-other-token-of-that-length"],
  ["another scheme", `Basic ${tokenFor("read")}`],
  ["no scheme", tokenFor("read")],
  ["letters that gRPC's metadata does not take", "Bearer t\u00e9l\u00e9phone-token-of-that-length"],
  ["two tokens in one", `Bearer ${tokenFor("read")}, Bearer ${tokenFor("refund")}`],
])("%s is refused", async (_, authorization) => {
  const headers = { "Content-Type": "application/json", Authorization: authorization };

  const reply = await sendJson(json, { path: "/clickbridge.v1.PaymentService/ListPayments", body: {}, headers });

  expect(errorOf(reply)).toMatchObject({ status: 401, code: "unauthenticated", reason: "TOKEN_INVALID" });
  expect(JSON.stringify(reply)).not.toContain(tokenFor("read"));
});
