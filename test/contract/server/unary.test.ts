import { credentials, Metadata, type Server, type ServiceDefinition, status } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import { expect, onTestFinished, test } from "vitest";
import { CallsInFlight } from "../../../src/grpc/server/calls-in-flight.ts";
import { listen } from "../../../src/grpc/server/listener.ts";
import type { StatusError } from "../../../src/grpc/server/status.ts";
import { authorizer, SCOPES } from "../../../src/grpc/server/tokens.ts";
import type { Gate } from "../../../src/grpc/server/unary.ts";
import { addServices, type ServicesDeps } from "../../../src/grpc/services/services.ts";
import { failureOf, readFailure } from "../../support/service/failure.ts";
import { logOfTest } from "../../support/service/log-of-test.ts";
import { RPCS } from "../../support/service/rpcs.ts";
import { connect } from "../../support/service/service.ts";

const SECRET_TEXT = "db password=hunter2";

type Handler = (call: object, reply: (error: StatusError | null, response?: unknown) => void) => void;

/** Dependencies that break at the first touch, whatever is asked of them. */
const BROKEN = new Proxy(
  {},
  {
    get: (): unknown => {
      throw new Error(SECRET_TEXT);
    },
  },
) as ServicesDeps;

/** The handlers of the contract, as they are registered. */
function registered(gate: Gate): Map<string, Handler> {
  const handlers = new Map<string, Handler>();
  const server = {
    addService: (definition: ServiceDefinition, implementation: Readonly<Record<string, Handler>>) => {
      for (const [name, method] of Object.entries(definition)) {
        if (method.path.startsWith("/clickbridge.")) handlers.set(method.path, implementation[name] as Handler);
      }
    },
  };
  const health = new HealthImplementation({ "": "SERVING" });
  addServices(server as unknown as Server, gate, BROKEN, { health, reflection: false });
  return handlers;
}

test("every handler of the contract answers when an error is thrown, and hides that error", async () => {
  const { log, lines } = logOfTest();
  const authorize = () => {
    throw new Error(SECRET_TEXT);
  };
  const handlers = registered({ log, authorize, inFlight: new CallsInFlight() });

  const answers = await Promise.all(
    [...handlers].map(
      ([path, handler]) =>
        new Promise<StatusError | null>((resolve) => {
          // A stream's handler has no `reply`: it tells the call itself.
          const emit = (_: string, error: StatusError) => resolve(error);
          handler({ request: {}, metadata: new Metadata(), getPath: () => path, on: () => {}, emit }, resolve);
        }),
    ),
  );

  expect(handlers.size).toBe(RPCS.length);
  expect(answers.map((answer) => answer?.code)).toEqual(RPCS.map(() => status.INTERNAL));
  expect(answers.map((answer) => answer?.details).join()).not.toContain("hunter2");
  expect(lines().filter((line) => line["level"] === "error")).toHaveLength(RPCS.length);
});

test("a bug is INTERNAL with the request id of its log line, and the next call is served", async () => {
  const { log, lines } = logOfTest();
  const inFlight = new CallsInFlight();
  const gate = {
    log,
    authorize: authorizer([], { name: "anybody", scopes: SCOPES }),
    inFlight,
  };
  const listener = await listen(
    { kind: "tcp", host: "127.0.0.1", port: 0 },
    { tls: undefined, trustedNetwork: false, socketGroup: undefined },
    (server) => addServices(server, gate, BROKEN, { health: new HealthImplementation(), reflection: false }),
  );
  const clients = connect(listener.address.replace("tcp://", ""), credentials.createInsecure());
  onTestFinished(async () => {
    for (const client of Object.values(clients)) client.close();
    await listener.stop(Promise.resolve());
  });

  const failures = [];
  // GetServerInfo asks nobody.
  for (const { send } of RPCS.filter(({ scope }) => scope !== "any"))
    failures.push(await failureOf(send(clients, new Metadata())));

  expect(new Set(failures.map(({ code, reason }) => `${code} ${reason}`))).toEqual(new Set(["INTERNAL INTERNAL"]));
  expect(JSON.stringify(failures)).not.toContain("hunter2");
  const bugs = lines().filter((line) => line["level"] === "error");
  expect(bugs.map((line) => line["requestId"])).toEqual(failures.map((failure) => failure.metadata["requestId"]));
  expect(JSON.stringify(bugs)).toContain("hunter2");
  expect(inFlight.count).toBe(0);
});

test("a call during a drain fails with DRAINING", async () => {
  const { log } = logOfTest();
  const inFlight = new CallsInFlight();
  const handler = [
    ...registered({ log, authorize: () => ({ name: "x", scopes: [] }), inFlight }).values(),
  ][0] as Handler;
  inFlight.close();

  const error = await new Promise<StatusError | null>((resolve) => {
    handler({ request: {}, metadata: new Metadata(), getPath: () => "/x" }, resolve);
  });

  const seen = readFailure(error as Parameters<typeof readFailure>[0]);
  expect(seen).toMatchObject({ code: "UNAVAILABLE", reason: "DRAINING", retryDelaySeconds: 1 });
});
