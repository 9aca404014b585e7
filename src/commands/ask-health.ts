import { connect as connectSocket } from "node:net";
import { Client, credentials } from "@grpc/grpc-js";
import { service as healthDefinition } from "grpc-health-check";
import { about, type SetupCheck } from "../app/setup/setup-check.ts";
import { formatListenAddress, type ListenAddress } from "../grpc/server/listen-address.ts";

const TIMEOUT_MS = 3_000;
const REMEDY = "start `click-bridge serve`, and see its log when it does not come up";

/** Checks that the service answers at a configured address. */
export function askHealth(address: ListenAddress): Promise<SetupCheck> {
  const name = formatListenAddress(address);
  return ask(address, name, () => healthOf(name.replace(/^tcp:\/\//, "")));
}

/** The same where it serves JSON. */
export function askJsonHealth(address: ListenAddress): Promise<SetupCheck> {
  const name = formatListenAddress(address);
  return ask(address, `${name}, JSON`, () => jsonHealthOf(name.replace("tcp:", "http:")));
}

async function ask(
  address: ListenAddress,
  name: string,
  healthOfPlaintext: () => Promise<string | undefined>,
): Promise<SetupCheck> {
  const check = about("service", name);
  if (address.kind === "tls") {
    // The server may require a client certificate, which the configuration does not have.
    return (await connects(address.host, address.port))
      ? check.ok("it takes connections")
      : check.fault("nobody takes connections there", REMEDY);
  }
  const status = await healthOfPlaintext();
  if (status === "SERVING") return check.ok("it answers and is serving");
  return status === undefined
    ? check.fault("nobody answers there, or not to this user", REMEDY)
    : check.fault(`it answers that it is ${status}`, REMEDY);
}

async function jsonHealthOf(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return ((await response.json()) as { readonly status?: string }).status;
  } catch {
    return undefined;
  }
}

function healthOf(target: string): Promise<string | undefined> {
  const client = new Client(target, credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
  const { path, requestSerialize, responseDeserialize } = healthDefinition["Check"] as {
    path: string;
    requestSerialize: (value: object) => Buffer;
    responseDeserialize: (bytes: Buffer) => { readonly status: string };
  };
  return new Promise<string | undefined>((resolve) => {
    const deadline = Date.now() + TIMEOUT_MS;
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { service: "" },
      { deadline },
      (error, reply) => resolve(error === null ? reply?.status : undefined),
    );
  }).finally(() => client.close());
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket({ host, port, timeout: TIMEOUT_MS });
    const end = (connected: boolean) => () => {
      socket.destroy();
      resolve(connected);
    };
    socket.once("connect", end(true));
    socket.once("error", end(false));
    socket.once("timeout", end(false));
  });
}
