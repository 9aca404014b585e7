import type { Metadata, sendUnaryData } from "@grpc/grpc-js";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { PaymentServiceService } from "../../../src/gen/clickbridge/v1/payment_service.ts";
import { dispatcher } from "../../../src/grpc/server/dispatch.ts";
import { readContract } from "../../../src/json/contract.ts";
import { forwarding } from "../../../src/json/forward.ts";
import { handler } from "../../../src/json/handle.ts";
import { listenJson } from "../../../src/json/listener.ts";
import { errorOf, type JsonCall, sendJson } from "../../support/service/json-client.ts";
import { logOfTest } from "../../support/service/log-of-test.ts";

/** What goes from the JSON listener to the handlers behind it, and comes back. */

const GET_PAYMENT = "/clickbridge.v1.PaymentService/GetPayment";

type Answer = (metadata: Metadata, reply: sendUnaryData<unknown>) => void;

async function serve(answer: Answer, admit = () => {}, isServing = true) {
  const contract = readContract();
  const getPayment = (call: { readonly metadata: Metadata }, reply: sendUnaryData<unknown>) =>
    answer(call.metadata, reply);
  const dispatch = dispatcher((server) =>
    server.addService({ getPayment: PaymentServiceService.getPayment }, { getPayment }),
  );
  const { log, lines } = logOfTest();
  const handlers = forwarding(contract, dispatch, { admit, log });
  const handle = handler({ contract, handlers, log, openApi: undefined, isServing: () => isServing });
  const listener = await listenJson({ kind: "tcp", host: "127.0.0.1", port: 0 }, { tls: undefined, log }, handle);
  onTestFinished(() => listener.stop(Promise.resolve()));
  const send = (call: Partial<JsonCall> = {}) => sendJson(listener.address, { path: GET_PAYMENT, body: {}, ...call });
  return { send, lines };
}

test("of the caller's headers nothing goes along but the token", async () => {
  const seen: Metadata[] = [];
  const { send } = await serve((metadata, reply) => {
    seen.push(metadata);
    reply(null, { payment: undefined });
  });

  const reply = await send({
    headers: {
      "Content-Type": "application/json",
      Authorization: "Bearer token-of-the-test",
      "X-Forwarded-For": "203.0.113.1",
      "Grpc-Timeout": "1n",
      "Grpc-Encoding": "gzip",
      "Grpc-Trace-Bin": "AAAA",
      "X-Caller-Name": "admin",
      Cookie: "a=b",
    },
  });

  expect(reply.status).toBe(200);
  expect(seen.map((metadata) => metadata.toJSON())).toEqual([{ authorization: ["Bearer token-of-the-test"] }]);
});

test("of what comes back nothing but the message goes to the caller", async () => {
  const { send } = await serve((metadata, reply) => {
    metadata.set("x-inner", "1");
    reply({ code: 5, details: "not here", metadata }, null);
  });

  const reply = await send();

  expect(errorOf(reply)).toMatchObject({ status: 404, code: "not_found", message: "not here" });
  expect(Object.keys(reply.headers).sort()).toEqual([
    ...["connection", "content-length", "content-type", "date", "keep-alive"],
  ]);
});

test("the caller's time is the call's, and one that takes longer ends", async () => {
  let isCalled = false;
  const { send } = await serve(() => {
    isCalled = true;
  });

  const reply = await send({ headers: { "Content-Type": "application/json", "Connect-Timeout-Ms": "50" } });

  expect(errorOf(reply)).toMatchObject({ status: 504, code: "deadline_exceeded", reason: "DEADLINE_EXCEEDED" });
  expect(isCalled).toBe(true);
});

test("the health is told by HTTP's status where the service does not serve", async () => {
  const { send } = await serve(
    () => {},
    () => {},
    false,
  );

  expect(await send({ path: "/health", method: "GET" })).toMatchObject({
    status: 503,
    body: { status: "NOT_SERVING" },
  });
});

test("a bug ends the call and not the service, and the caller learns its number only", async () => {
  const { send, lines } = await serve((_, reply) => reply(null, { payment: { paymentId: "no bigint" } }));

  const error = errorOf(await send());

  expect(error).toMatchObject({ status: 500, code: "internal", reason: "INTERNAL" });
  expect(lines()).toMatchObject([{ msg: "bug", rpc: GET_PAYMENT, ...error.metadata }]);
  expect(await send()).toMatchObject({ status: 500 });
});

test("nothing of the body is read before the call is admitted", async () => {
  let callsCount = 0;
  const { send } = await serve(
    () => {
      callsCount += 1;
    },
    () => {
      throw new Error("who is that?");
    },
  );

  const reply = await send({ body: "x".repeat(100) });

  expect(errorOf(reply)).toMatchObject({ status: 500, code: "internal", message: "internal error" });
  expect(callsCount).toBe(0);
});

test("two hundred callers at once are all answered", async () => {
  const { send } = await serve((_, reply) => reply(null, { payment: undefined }));

  const replies = await Promise.all(Array.from({ length: 200 }, () => send()));

  expect(new Set(replies.map((reply) => JSON.stringify(reply.body)))).toEqual(new Set(["{}"]));
});

test("an RPC that nobody handles is unknown, as over gRPC", async () => {
  const { send } = await serve(() => {});

  const error = errorOf(await send({ path: "/clickbridge.v1.PaymentService/ListPayments" }));

  expect(error).toMatchObject({ status: 501, code: "unimplemented", reason: "METHOD_UNKNOWN" });
});

test("whatever comes as a body is a request or is refused with a reason", async () => {
  const { send } = await serve((_, reply) => reply(null, { payment: undefined }));
  const bodies = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.record({ paymentId: fc.jsonValue() }).map((value) => JSON.stringify(value)),
    fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
  );

  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const { status, reason } = errorOf(await send({ body }));
      expect([200, 400]).toContain(status);
      expect(reason === undefined).toBe(status === 200);
    }),
  );
});
