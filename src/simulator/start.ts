import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { controlRoutes } from "./control-routes.ts";
import { formToken, guard } from "./guard.ts";
import { type Route, serveRoutes } from "./http.ts";
import { ledgerPages } from "./ledger-pages.ts";
import { merchantRoutes } from "./merchant-routes.ts";
import { payPage } from "./pay-page.ts";
import { StandIn, type StandInOptions } from "./stand-in.ts";

export interface SimulatorOptions extends StandInOptions {
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** What who steers it has to know; a random one when it is left out. */
  readonly token?: string | undefined;
  /** Names under which it is reached, beside those of the loopback. */
  readonly hosts?: readonly string[] | undefined;
}

const TOKEN_BYTES = 24;

/** A stand-in that listens. */
export interface Simulator {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** The start token. */
  readonly token: string;
  readonly standIn: StandIn;
  /** Ends waits and connections. Called twice it does nothing more. */
  stop(): Promise<void>;
}

/** Starts the stand-in. Rejects when the address is taken. */
export async function startSimulator({
  host = "127.0.0.1",
  port = 0,
  token = randomBytes(TOKEN_BYTES).toString("base64url"),
  hosts = [],
  ...options
}: SimulatorOptions): Promise<Simulator> {
  const standIn = new StandIn(options);
  const tick: Route = async () => void standIn.tick();
  const forms = formToken(token);
  const routes = [
    ...[guard({ token, hosts }), tick, payPage(standIn, forms), merchantRoutes(standIn)],
    ...[controlRoutes(standIn), ledgerPages(standIn, forms)],
  ];
  const server = createServer(serveRoutes(routes, () => standIn.now()));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}`,
    token,
    standIn,
    stop: async () => {
      await standIn.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
