import { readFileSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import {
  type PrepareRequest,
  type PrepareResponse,
  CallbackServiceService as SERVICE,
} from "../../src/gen/clickbridge/v1/callback_service.ts";
import { CallsInFlight } from "../../src/grpc/server/calls-in-flight.ts";
import { type ListenAddress, parseListenAddress } from "../../src/grpc/server/listen-address.ts";
import { listen } from "../../src/grpc/server/listener.ts";
import { authorizer } from "../../src/grpc/server/tokens.ts";
import { type CallContext, unary } from "../../src/grpc/server/unary.ts";
import { fail } from "../../src/payment/failure.ts";
import { asOrderUpdateId } from "../../src/payment/ids.ts";
import { Secret } from "../../src/protocol/secret.ts";

/**
 * The service's own listener and wrapper over grpc-js, with a Prepare that needs no database: `caller_address` names what it does.
 * Arguments: where to listen, the one token that is known, and for tls:// a folder with ca.pem, server.pem and server.key.
 * Prints its address. Ends with the test that started it.
 */
const [where = "", token = "", folder = ""] = process.argv.slice(2);

/** Wider than HTTP/2's first window of 64 KB, so that the client has to ask for the rest. */
const LONG_TEXT_BYTES = 200_000;
/** Beyond what the client takes. */
const ENDLESS_TEXT_BYTES = 2_000_000;

let calls = 0;

async function prepare({ callerAddress }: PrepareRequest, { moduleVersion }: CallContext): Promise<PrepareResponse> {
  calls += 1;
  switch (callerAddress) {
    case "lease lost":
      return fail({ reason: "LEASE_LOST", orderUpdateId: asOrderUpdateId(7) });
    case "words":
      return fail({ reason: "CLICK_REFUSED", clickErrorCode: -5017, clickErrorNote: "нет денег, 100%\n" });
    case "draining":
      return fail({ reason: "DRAINING" });
    case "bug":
      throw new Error("db password=hunter2");
    case "silence":
      return new Promise(() => {});
    case "version":
      return saying(String(moduleVersion));
    case "long":
      return saying("x".repeat(LONG_TEXT_BYTES));
    case "endless":
      return saying("x".repeat(ENDLESS_TEXT_BYTES));
    default:
      return saying(String(calls));
  }
}

function saying(jsonBody: string): PrepareResponse {
  return { jsonBody, error: 0, errorNote: "", merchantPrepareId: undefined };
}

function tlsFiles(address: ListenAddress) {
  if (address.kind !== "tls") return undefined;
  const file = (name: string) => readFileSync(join(folder, name));
  return { cert: file("server.pem"), key: file("server.key"), clientCa: file("ca.pem") };
}

const address = parseListenAddress(where);
if (typeof address === "string") throw new Error(address);
const known = { name: "module", token: new Secret(token), scopes: ["callback"] as const };
const guard = unary({
  log: pino({ level: "silent" }),
  authorize: authorizer([known], undefined),
  inFlight: new CallsInFlight(),
});
const options = { tls: tlsFiles(address), trustedNetwork: false, socketGroup: undefined };
const listener = await listen(address, options, (server) => {
  server.addService({ prepare: SERVICE.prepare }, { prepare: guard("callback", prepare) });
});
console.log(listener.address);
process.stdin.resume().on("end", () => process.exit());
