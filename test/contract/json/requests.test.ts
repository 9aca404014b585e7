import { Agent } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { errorOf, type JsonCall, sendJson } from "../../support/service/json-client.ts";
import { ALL_SCOPES_TOKEN, startTestService, type TestService } from "../../support/service/service.ts";
import { type Purchase, purchase } from "../../support/shop/purchase.ts";
import { createShop, type Shop } from "../../support/shop/shop.ts";

/** What the JSON listener takes for a request, and what it does not. */

const PAYMENTS = "/clickbridge.v1.PaymentService";
const KIBIBYTE = 1024;

let shop: Shop;
let service: TestService;
let address: string;
let bought: Purchase;

beforeAll(async () => {
  shop = await createShop();
  service = await startTestService({ databaseUrl: shop.url, env: { CLICKBRIDGE_JSON_LISTEN: "tcp://127.0.0.1:0" } });
  [address = ""] = service.running.jsonAddresses;
  bought = await purchase(service, shop);
});
afterAll(async () => {
  await service?.stop();
  await shop?.stop();
});

const send = (call: Partial<JsonCall>) => sendJson(address, { path: `${PAYMENTS}/GetPayment`, body: {}, ...call });
const withHeaders = (headers: Readonly<Record<string, string>>) =>
  send({
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${ALL_SCOPES_TOKEN}`, ...headers },
    body: { paymentId: String(bought.order.paymentId) },
  });

describe("a payment", () => {
  test("comes with int64 as texts, enums by name, and fields that are empty", async () => {
    const { status, body } = await send({ body: { paymentId: String(bought.order.paymentId) } });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      payment: {
        paymentId: String(bought.order.paymentId),
        amountTiyin: "100000",
        attempts: [{ state: "STATE_CAPTURED", clickTransId: bought.clickTransId }],
        invoices: [],
      },
    });
  });

  test.each([
    ["a number", (id: number) => `{"paymentId": ${id}}`],
    ["the proto file's name", (id: number) => `{"payment_id": "${id}"}`],
    ["a byte order mark in front", (id: number) => `\ufeff{"paymentId": ${id}}`],
  ])("may be asked for with %s", async (_, body) => {
    const reply = await send({ body: body(bought.order.paymentId) });

    expect(reply).toMatchObject({ status: 200, body: { payment: { orderNumber: bought.order.number } } });
  });

  test.each(["application/json; charset=utf-8", "Application/JSON;charset=UTF-8", "application/json"])(
    "may be asked for as %s",
    async (type) => {
      expect(await withHeaders({ "Content-Type": type })).toMatchObject({ status: 200 });
    },
  );

  test("may be asked for by a client that speaks Connect", async () => {
    const reply = await withHeaders({ "Connect-Protocol-Version": "1", "Connect-Timeout-Ms": "5000" });

    expect(reply).toMatchObject({ status: 200 });
  });
});

describe("a number that has lost digits before it is read", () => {
  test.each([
    ["a sum", `${PAYMENTS}/RefundPayment`, '{"amountTiyin": 9007199254740993}', "amount_tiyin"],
    ["an order", `${PAYMENTS}/ListPayments`, '{"orderId": 9007199254740993}', "order_id"],
    ["with an exponent", `${PAYMENTS}/ListPayments`, '{"orderId": 1e17}', "order_id"],
  ])("is refused: %s", async (_, path, body, field) => {
    const { status, body: told } = await send({ path, body });

    expect(status).toBe(400);
    expect(JSON.stringify(told)).toContain("INVALID_REQUEST");
    expect(JSON.stringify(told)).toContain(`${field} must be written as a text`);
  });

  test("keeps all its digits as a text, and is judged by what they say", async () => {
    const { body: told } = await send({ path: `${PAYMENTS}/ListPayments`, body: { orderId: "9007199254740993" } });

    expect(JSON.stringify(told)).toContain("order_id must be 0");
  });
});

test.each([
  [
    "a sum, which would be all that is left",
    `${PAYMENTS}/RefundPayment`,
    '{"paymentId": "1", "amountTiyin": null}',
    "amount_tiyin",
  ],
  ["a part of a message", `${PAYMENTS}/ListEvents`, '{"filter": {"types": null}}', "types"],
])("null is refused: %s", async (_, path, body, field) => {
  const { status, body: told } = await send({ path, body });

  expect(status).toBe(400);
  expect(JSON.stringify(told)).toContain(`${field} must be left out or have a value`);
});

describe("JSON that is no request", () => {
  test.each([
    ["an unknown field", `${PAYMENTS}/GetPayment`, '{"paymentId": 1, "payment": 2}', "payment"],
    ["an unknown field inside", `${PAYMENTS}/ListEvents`, '{"filter": {"typ": "refund.*"}}', "typ"],
    ["an unknown field where money moves", `${PAYMENTS}/RefundPayment`, '{"paymentId": 1, "amount": "500"}', "amount"],
    ["a value of another type", `${PAYMENTS}/GetPayment`, '{"paymentId": "one"}', "payment_id"],
    ["a fraction", `${PAYMENTS}/GetPayment`, '{"paymentId": 1.5}', "payment_id"],
    ["a number that JSON readers round", `${PAYMENTS}/GetPayment`, '{"paymentId": 9007199254740993}', "payment_id"],
    ["a name that the enum has not", `${PAYMENTS}/ListPayments`, '{"state": "PAID"}', "state"],
    [
      "a time of no zone",
      `${PAYMENTS}/ListPayments`,
      '{"createdFromTime": "2026-01-01T00:00:00"}',
      "created_from_time",
    ],
    ["a field twice", `${PAYMENTS}/GetPayment`, '{"paymentId": 1, "payment_id": 1}', "payment_id"],
  ])("with %s is refused by the field's name", async (name, path, body, field) => {
    const error = errorOf(await send({ path, body }));
    const reason = name.startsWith("an unknown field") ? "UNKNOWN_FIELDS" : "INVALID_REQUEST";

    expect(error).toMatchObject({
      status: 400,
      code: "invalid_argument",
      reason,
      fields: expect.arrayContaining([field]),
    });
  });

  test.each([
    ["no JSON", "payment 42"],
    ["half of it", '{"paymentId": 4'],
    ["nothing", ""],
    ["a list", "[]"],
    ["a deep nest", "[".repeat(100_000)],
    ["letters of windows-1251", Buffer.from([0x7b, 0xcf, 0xf0, 0x7d]).toString("latin1")],
  ])("(%s) is refused with a readable text", async (_, body) => {
    const error = errorOf(await send({ body }));

    expect(error).toMatchObject({ status: 400, code: "invalid_argument", reason: "REQUEST_UNREADABLE" });
    expect(error.message).toMatch(/cannot decode/);
  });
});

describe("a request is refused", () => {
  test.each([
    ["that a page in a browser sends", { headers: { Origin: "https://shop.uz" } }, 403, "Origin"],
    ["that a page without an origin sends", { headers: { Origin: "null" } }, 403, "Origin"],
    ["by GET", { method: "GET", body: "" }, 405, "method"],
    ["by OPTIONS", { method: "OPTIONS", body: "" }, 405, "method"],
    ["by PUT", { method: "PUT" }, 405, "method"],
    ["of a form", { headers: { "Content-Type": "application/x-www-form-urlencoded" } }, 415, "Content-Type"],
    ["of plain text", { headers: { "Content-Type": "text/plain" } }, 415, "Content-Type"],
    ["of gRPC", { headers: { "Content-Type": "application/grpc" } }, 415, "Content-Type"],
    ["of Connect's binary form", { headers: { "Content-Type": "application/proto" } }, 415, "Content-Type"],
    [
      "of another charset",
      { headers: { "Content-Type": "application/json; charset=windows-1251" } },
      415,
      "Content-Type",
    ],
    ["without a type", { headers: {} }, 415, "Content-Type"],
  ])("%s", async (_, call, httpStatus, field) => {
    const reply = await send(call);

    expect(errorOf(reply)).toMatchObject({ status: httpStatus, reason: "INVALID_REQUEST", fields: [field] });
    expect(Object.keys(reply.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test.each([
    "/",
    "/clickbridge.v1.PaymentService",
    `${PAYMENTS}/GetPayments`,
    `${PAYMENTS}/GetPayment/`,
    `${PAYMENTS}/GetPayment?payment_id=1`,
    `/v1${PAYMENTS}/GetPayment`,
    "/grpc.health.v1.Health/Check",
    "//",
    "*",
  ])("at the path %s", async (path) => {
    const reply = await send({ path, ...(path === "*" ? { method: "OPTIONS", body: "" } : {}) });

    expect(errorOf(reply)).toMatchObject({ status: 404, code: "unimplemented", reason: "METHOD_UNKNOWN" });
  });

  test("that is compressed", async () => {
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${ALL_SCOPES_TOKEN}` };

    const reply = await send({
      headers: { ...headers, "Content-Encoding": "gzip" },
      body: gzipSync("{}").toString("latin1"),
    });

    expect(errorOf(reply)).toMatchObject({ status: 501, code: "unimplemented", reason: "REQUEST_UNREADABLE" });
  });

  test("that sets a time that is none", async () => {
    expect(errorOf(await withHeaders({ "Connect-Timeout-Ms": "soon" }))).toMatchObject({
      status: 400,
      code: "invalid_argument",
      reason: "REQUEST_UNREADABLE",
    });
  });

  test("whose text is longer than a mebibyte", async () => {
    const reply = await send({ body: { paymentId: "1", padding: "x".repeat(KIBIBYTE * KIBIBYTE) } });

    expect(errorOf(reply)).toMatchObject({ status: 429, code: "resource_exhausted", reason: "MESSAGE_TOO_LARGE" });
  });

  test("whose message is longer than gRPC takes", async () => {
    const reply = await send({ path: `${PAYMENTS}/ListPayments`, body: { pageToken: "x".repeat(600 * KIBIBYTE) } });

    expect(errorOf(reply)).toMatchObject({ status: 429, code: "resource_exhausted", reason: "MESSAGE_TOO_LARGE" });
  });

  test("whose headers are longer than 16 kibibytes", async () => {
    const reply = await withHeaders({ "X-Padding": "x".repeat(17 * KIBIBYTE) });

    expect(reply.status).toBe(431);
  });

  test("by its token before its body is read", async () => {
    const socket = connect(Number(new URL(address).port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    const answer = new Promise<string>((resolve) => socket.once("data", (bytes) => resolve(bytes.toString("utf8"))));

    socket.write(`POST ${PAYMENTS}/GetPayment HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`);
    socket.write("Authorization: Bearer some-other-token\r\nContent-Length: 1000\r\n\r\n{");

    expect(await answer).toMatch(/^HTTP\/1.1 401 Unauthorized[\s\S]*TOKEN_INVALID/);
  });
});

test("a request of HTTP/1.0 without a host, or with a host that is none, is answered and hurts nobody", async () => {
  const ask = (lines: string) =>
    new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(address).port), "127.0.0.1");
      let text = "";
      socket.on("data", (bytes) => {
        text += bytes.toString("utf8");
      });
      socket.once("close", () => resolve(text));
      socket.write(`POST ${PAYMENTS}/GetPayment ${lines}\r\nContent-Type: application/json\r\n`);
      socket.write(`Authorization: Bearer ${ALL_SCOPES_TOKEN}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`);
    });

  const answers = await Promise.all(["HTTP/1.0", "HTTP/1.1\r\nHost: a b[:", "HTTP/1.1\r\nHost:"].map(ask));

  expect(answers.map((text) => /^HTTP\/1.1 (\d+)/.exec(text)?.[1])).toEqual(["400", "400", "400"]);
  expect((await withHeaders({})).status).toBe(200);
});

test("one connection carries one call after another", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const ports = new Set<number | undefined>();
  agent.on("free", (socket: { readonly localPort?: number }) => ports.add(socket.localPort));

  const statuses: number[] = [];
  for (const token of [ALL_SCOPES_TOKEN, "nobody-has-this-token", ALL_SCOPES_TOKEN]) {
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
    const reply = await send({ agent, headers, body: { paymentId: String(bought.order.paymentId) } });
    statuses.push(reply.status);
  }

  expect(statuses).toEqual([200, 401, 200]);
  expect(ports.size).toBe(1);
});

test("a caller that goes away in the middle of its request disturbs nobody", async () => {
  await new Promise<void>((resolve) => {
    const socket = connect(Number(new URL(address).port), "127.0.0.1");
    socket.once("close", () => resolve());
    socket.write(`POST ${PAYMENTS}/GetPayment HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`);
    socket.write(`Authorization: Bearer ${ALL_SCOPES_TOKEN}\r\nContent-Length: 1000\r\n\r\n{`, () => socket.destroy());
  });

  expect((await withHeaders({})).status).toBe(200);
});
