import { Client, credentials, type Server, type ServiceError } from "@grpc/grpc-js";
import fc from "fast-check";
import { HealthImplementation } from "grpc-health-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CallsInFlight } from "../../../src/grpc/server/calls-in-flight.ts";
import { type Listener, listen } from "../../../src/grpc/server/listener.ts";
import { authorizer, SCOPES } from "../../../src/grpc/server/tokens.ts";
import { addServices, type ServicesDeps } from "../../../src/grpc/services/services.ts";
import { failureOf } from "../../support/service/failure.ts";
import { logOfTest } from "../../support/service/log-of-test.ts";
import { frame, rawCall } from "../../support/service/raw-call.ts";

/** Errors that the library makes before or beside any code of ours: each carries the details that ours have. */
const GET_PAYMENT = "/clickbridge.v1.PaymentService/GetPayment";
const NO_BYTES = new Uint8Array();
const MESSAGE_BYTES_MAX = 512 * 1024;

let listener: Listener;
let address: string;

/** Whatever is asked of any part of it never comes. */
const silentPart = new Proxy({}, { get: () => () => new Promise(() => {}) });
const SILENT = new Proxy({}, { get: () => silentPart }) as ServicesDeps;

beforeAll(async () => {
  const gate = {
    log: logOfTest().log,
    authorize: authorizer([], { name: "anybody", scopes: SCOPES }),
    inFlight: new CallsInFlight(),
  };
  const health = new HealthImplementation({ "": "SERVING" });
  listener = await listen(
    { kind: "tcp", host: "127.0.0.1", port: 0 },
    { tls: undefined, trustedNetwork: false, socketGroup: undefined },
    (server: Server) => addServices(server, gate, SILENT, { health, reflection: false }),
  );
  address = listener.address.replace("tcp://", "");
});

afterAll(() => listener.stop(Promise.resolve()));

/** By the client of grpc-js. */
function send(path: string, bytes: Uint8Array): Promise<unknown> {
  const client = new Client(address, credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
  const asIs = (value: Uint8Array) => Buffer.from(value);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, asIs, asIs, bytes, (error: ServiceError | null, answer) =>
      error === null ? resolve(answer) : reject(error),
    );
  }).finally(() => client.close());
}

describe("an error that the library makes carries its ErrorInfo:", () => {
  test.each(["/clickbridge.v1.PaymentService/Pay", "/clickbridge.v9.Nothing/Do"])("no such RPC, %s", async (path) => {
    expect(await failureOf(send(path, NO_BYTES))).toMatchObject({
      code: "UNIMPLEMENTED",
      reason: "METHOD_UNKNOWN",
      metadata: { method: path },
    });
  });

  test("no such RPC, by a name that is longer than headers may be", async () => {
    const failure = await rawCall(address, `/x/${"y%".repeat(5_000)}`, frame(NO_BYTES));

    expect(failure).toMatchObject({ code: "UNIMPLEMENTED", reason: "METHOD_UNKNOWN" });
    expect(failure.metadata["method"]).toHaveLength(200);
  });

  test("no such RPC, by whatever name a stranger makes up", async () => {
    const path = fc.string({ unit: fc.constantFrom(..."/%2aZé\u0080ÿ\"'<>\\{}[]|^`?#&=+~."), maxLength: 300 });
    const method = (text: string) => rawCall(address, `/nobody/${text}`, frame(NO_BYTES));

    const tried = fc.assert(
      fc.asyncProperty(path, async (text) => (await method(text)).reason === "METHOD_UNKNOWN"),
      { numRuns: 200 },
    );

    await expect(tried).resolves.toBeUndefined();
  });

  test("bytes that are no message", async () => {
    // Field 1, 200 bytes, of which none comes.
    const failure = await failureOf(send(GET_PAYMENT, Uint8Array.of(0x0a, 200, 1)));

    expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "REQUEST_UNREADABLE" });
  });

  test("a message that is too large", async () => {
    const failure = await failureOf(send(GET_PAYMENT, new Uint8Array(MESSAGE_BYTES_MAX + 1)));

    expect(failure).toMatchObject({
      code: "RESOURCE_EXHAUSTED",
      reason: "MESSAGE_TOO_LARGE",
      metadata: { bytesMax: String(MESSAGE_BYTES_MAX) },
    });
  });

  test("a deadline that came first", async () => {
    const body = frame(Uint8Array.of(0x08, 1));

    const failure = await rawCall(address, GET_PAYMENT, body, { "grpc-timeout": "50m" });

    expect(failure).toMatchObject({ code: "DEADLINE_EXCEEDED", reason: "DEADLINE_EXCEEDED" });
  });

  test("a grpc-timeout that is none", async () => {
    const failure = await rawCall(address, GET_PAYMENT, frame(NO_BYTES), { "grpc-timeout": "soon" });

    expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "REQUEST_UNREADABLE" });
  });

  test.each(["snappy", "gzip"])("a message that cannot be unpacked by %s", async (encoding) => {
    const body = frame(Uint8Array.of(1, 2, 3), { compressed: true });

    const failure = await rawCall(address, GET_PAYMENT, body, { "grpc-encoding": encoding });

    expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "REQUEST_UNREADABLE" });
  });
});
