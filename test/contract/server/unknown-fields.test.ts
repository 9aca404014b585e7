import { Client, credentials, type Server, type ServiceError } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Callback, PrepareRequest } from "../../../src/gen/clickbridge/v1/callback_service.ts";
import { RefundPaymentRequest } from "../../../src/gen/clickbridge/v1/payment_service.ts";
import { CallsInFlight } from "../../../src/grpc/server/calls-in-flight.ts";
import { contractServices } from "../../../src/grpc/server/descriptors.ts";
import { type Listener, listen } from "../../../src/grpc/server/listener.ts";
import { authorizer, SCOPES } from "../../../src/grpc/server/tokens.ts";
import { addServices, type ServicesDeps } from "../../../src/grpc/services/services.ts";
import { failureOf, readFailure } from "../../support/service/failure.ts";
import { logOfTest } from "../../support/service/log-of-test.ts";

/** Field 1000, a varint: one that no message of ours has. */
const UNKNOWN = Uint8Array.of(0xc0, 0x3e, 1);

let listener: Listener;
let client: Client;

/** Breaks at the first touch: whoever gets there has not been refused. */
const BROKEN = new Proxy(
  {},
  {
    get: () => {
      throw new Error("touched");
    },
  },
) as ServicesDeps;

beforeAll(async () => {
  const gate = {
    log: logOfTest().log,
    authorize: authorizer([], { name: "anybody", scopes: SCOPES }),
    inFlight: new CallsInFlight(),
  };
  listener = await listen(
    { kind: "tcp", host: "127.0.0.1", port: 0 },
    { tls: undefined, trustedNetwork: false, socketGroup: undefined },
    (server: Server) => addServices(server, gate, BROKEN, { health: new HealthImplementation(), reflection: false }),
  );
  const address = listener.address.replace("tcp://", "");
  client = new Client(address, credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
});

afterAll(async () => {
  client.close();
  await listener.stop(Promise.resolve());
});

const asIs = (bytes: Uint8Array) => Buffer.from(bytes);

function send(path: string, ...parts: readonly Uint8Array[]): Promise<unknown> {
  const bytes = Buffer.concat(parts);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, asIs, asIs, bytes, (error: ServiceError | null, answer) =>
      error === null ? resolve(answer) : reject(error),
    );
  });
}

/** Written out, so that a new RPC is decided about. */
const IGNORING = [
  "CheckSetup",
  "GetCheckout",
  "GetCheckoutByToken",
  "GetCheckoutPage",
  "GetFiscalData",
  "GetPayment",
  "GetServerInfo",
  "GetTotals",
  "ListAnomalies",
  "ListEvents",
  "ListLedgerEntries",
  "ListPayments",
  "PlanCurrency",
  "WatchEvents",
];

test("an unknown field is refused by every RPC that may change something, and ignored by read-only RPCs", async () => {
  const reasons = await Promise.all(
    contractServices()
      .flatMap(({ methods }) => methods)
      .map(async ({ name, parent }) => {
        const sent = send(`/${parent.typeName}/${name}`, UNKNOWN);
        const reason = await sent.then(
          () => "OK",
          (error: ServiceError) => readFailure(error).reason,
        );
        return { name, reason };
      }),
  );

  const ignoring = reasons.filter(({ reason }) => reason !== "UNKNOWN_FIELDS").map(({ name }) => name);
  expect(ignoring.toSorted()).toEqual(IGNORING);
});

test("a refund with an unknown field is refused with the field's number", async () => {
  const refund = RefundPaymentRequest.encode(RefundPaymentRequest.fromPartial({ paymentId: 1n, attemptId: 1n }));

  const failure = await failureOf(send("/clickbridge.v1.PaymentService/RefundPayment", refund.finish(), UNKNOWN));

  expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "UNKNOWN_FIELDS", fields: ["1000"] });
  expect(failure.message).toContain("older than its caller");
});

test("a field from the future within the callback is named with its path", async () => {
  const callback = Buffer.concat([Callback.encode(Callback.fromPartial({ action: "0" })).finish(), UNKNOWN]);
  const head = Uint8Array.of((1 << 3) | 2, callback.length);
  const prepare = PrepareRequest.encode(PrepareRequest.fromPartial({ callerAddress: "127.0.0.1" })).finish();

  const failure = await failureOf(send("/clickbridge.v1.CallbackService/Prepare", prepare, head, callback));

  expect(failure).toMatchObject({ reason: "UNKNOWN_FIELDS", fields: ["callback.1000"] });
});
