import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { SCOPES } from "../../src/grpc/server/tokens.ts";
import { migrateUp } from "../../src/mysql/migrations/migrate.ts";
import { freePort } from "../../test/support/servers/ports.ts";
import { type Part, startPart } from "../../test/support/servers/process.ts";
import { makeServiceSocket, type ServiceSocket } from "../../test/support/service/service-socket.ts";
import { tokensFile } from "../../test/support/service/tokens-file.ts";
import { type Site, startFpmSite } from "../../test/support/shop/site.ts";
import { bitrixModule } from "../package/bitrix-module.ts";
import { type DemoDatabase, openDatabase } from "./database.ts";
import { BUYER_USER_ID, seedOrders } from "./orders.ts";
import { DATABASE, PLACES_FILE, type Places, ROOT } from "./place.ts";

const CLI = join(ROOT, "dist/cli.js");
/** The usual ports, so that the URLs are the same tomorrow; when one is taken, any free one. */
const PORTS = { shop: 8080, simulator: 8090, grpc: 50051, json: 8051 };
const TOKEN_BYTES = 24;
/** A million soums: more than anybody gives back in a demo. */
const REFUND_TIYIN_PER_DAY = 100_000_000;

export interface Demo {
  readonly places: Places;
  readonly database: DemoDatabase;
  /** Settles with a sentence when a part has ended by itself. */
  readonly broken: Promise<string>;
  /** Stops everything, in reverse. Called twice it waits for the same end. */
  stop(): Promise<void>;
}

/** Starts the whole demo, one line a step. Throws, with nothing left running, when a part does not start. */
export async function startDemo(say: (line: string) => void): Promise<Demo> {
  const stops: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      for (const one of stops.reverse()) await one();
    })();
    return stopping;
  };
  try {
    const socket = await makeServiceSocket("clickbridge-demo-");
    stops.push(() => socket.remove());

    say(
      process.env["CLICKBRIDGE_DATABASE_URL"]
        ? `making the shop's tables in the database ${DATABASE} of the given server`
        : "starting MariaDB with the shop's tables",
    );
    const database = await openDatabase();
    stops.push(() => database.stop());
    await seedOrders(database.pool, database.paySystemId);

    say("migrating: the clickbridge_* tables beside the shop's");
    await migrateUp(database.url);

    const simulatorUrl = `http://127.0.0.1:${await portNear(PORTS.simulator)}`;
    say("starting the click-bridge service");
    const service = await startService(socket, database, simulatorUrl);
    stops.push(() => service.part.stop());

    say("starting the shop: nginx, php-fpm and the stand-in Bitrix, with the module installed from its archive");
    const site = await startFpmSite({
      port: await portNear(PORTS.shop),
      databaseUrl: database.url,
      bridge: { addresses: [socket.address], token: "", admin_token: service.adminToken, apply: "after_answer" },
      // The buyer of the demo's orders is signed in.
      kernel: { language: "en", user_id: BUYER_USER_ID },
      module: { zip: bitrixModule().zip, folder: "local" },
    });
    stops.push(() => site.stop());

    say("starting the Click stand-in");
    const simulatorToken = randomBytes(TOKEN_BYTES).toString("base64url");
    const simulator = await startSimulator(simulatorUrl, simulatorToken, site, database);
    stops.push(() => simulator.stop());

    const places = placesOf({ site, simulatorUrl, simulatorToken, database, service });
    // One that a killed demo left would keep its own mode.
    await rm(PLACES_FILE, { force: true });
    await writeFile(PLACES_FILE, `${JSON.stringify(places, null, 2)}\n`, { mode: 0o600 });
    stops.push(() => rm(PLACES_FILE, { force: true }));
    const ended = [service.part, simulator, ...site.parts].map((part) =>
      part.ended.then((how) => `${how}:\n${part.output()}`),
    );
    return { places, database, broken: Promise.race([...ended, database.ended]), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface DemoService {
  readonly part: Part;
  readonly grpcAddress: string;
  readonly jsonUrl: string;
  readonly grpcToken: string;
  /** Of the shop's admin pages: it may give money back and look the installation over. */
  readonly adminToken: string;
}

async function startService(socket: ServiceSocket, database: DemoDatabase, simulatorUrl: string): Promise<DemoService> {
  const grpcAddress = `127.0.0.1:${await portNear(PORTS.grpc)}`;
  const jsonUrl = `http://127.0.0.1:${await portNear(PORTS.json)}`;
  const grpcToken = randomBytes(TOKEN_BYTES).toString("base64url");
  const adminToken = randomBytes(TOKEN_BYTES).toString("base64url");
  const limit = { refund_tiyin_per_day: REFUND_TIYIN_PER_DAY };
  const part = await startPart("click-bridge", CLI, ["serve"], {
    env: {
      PATH: process.env["PATH"],
      CLICKBRIDGE_DATABASE_URL: database.url,
      ...socket.env,
      CLICKBRIDGE_LISTEN: `${socket.address},tcp://${grpcAddress}`,
      CLICKBRIDGE_JSON_LISTEN: jsonUrl.replace("http:", "tcp:"),
      CLICKBRIDGE_SERVICES_FILE: await servicesFile(socket.folder, database.account.serviceId),
      CLICKBRIDGE_TOKENS_FILE: await tokensFile(socket.folder, [
        // A visitor may try every RPC.
        { name: "demo", token: grpcToken, scopes: SCOPES, ...limit },
        { name: "admin", token: adminToken, scopes: ["read", "refund", "setup"], ...limit },
      ]),
      CLICKBRIDGE_PAY_URL: `${simulatorUrl}/services/pay`,
      CLICKBRIDGE_CLICK_API_URL: `${simulatorUrl}/v2/merchant/`,
    },
  });
  await part.line(/"serving"/);
  return { part, grpcAddress, jsonUrl, grpcToken, adminToken };
}

/** The stand-in gives back parts; whether Click does is to be asked of its support. */
async function servicesFile(folder: string, serviceId: string): Promise<string> {
  const file = join(folder, "services.json");
  await writeFile(file, JSON.stringify({ [serviceId]: { partial_refund: true } }), { mode: 0o600 });
  return file;
}

async function startSimulator(url: string, token: string, site: Site, { account }: DemoDatabase): Promise<Part> {
  const { serviceId, merchantId, merchantUserId, secretKey } = account;
  const part = await startPart(
    "click stand-in",
    CLI,
    ["simulate", `--listen=${new URL(url).host}`, `--prepare=${site.prepareUrl}`, `--complete=${site.completeUrl}`],
    {
      env: {
        PATH: process.env["PATH"],
        CLICKBRIDGE_SIMULATE_SERVICES: `${serviceId}:${merchantId}:${merchantUserId}:${secretKey}`,
        CLICKBRIDGE_SIMULATE_TOKEN: token,
      },
    },
  );
  await part.line(/^Click stand-in on /);
  return part;
}

function placesOf(parts: {
  readonly site: Site;
  readonly simulatorUrl: string;
  readonly simulatorToken: string;
  readonly database: DemoDatabase;
  readonly service: DemoService;
}): Places {
  const { site, simulatorUrl, simulatorToken, database, service } = parts;
  return {
    shop_url: `${site.url}/shop/`,
    prepare_url: site.prepareUrl,
    complete_url: site.completeUrl,
    simulator_url: simulatorUrl,
    simulator_token: simulatorToken,
    service_id: database.account.serviceId,
    merchant_id: database.account.merchantId,
    merchant_user_id: database.account.merchantUserId,
    secret_key: database.account.secretKey,
    grpc_address: service.grpcAddress,
    json_url: service.jsonUrl,
    grpc_token: service.grpcToken,
    database_url: database.url,
    pay_system_id: database.paySystemId,
  };
}

/** The wanted port when nobody has it, else a free one. */
async function portNear(wanted: number): Promise<number> {
  const isFree = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(wanted, "127.0.0.1", () => server.close(() => resolve(true)));
  });
  return isFree ? wanted : freePort();
}
