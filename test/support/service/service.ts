import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallOptions, type ChannelCredentials, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import type { Logger } from "pino";
import { readConfig } from "../../../src/config.ts";
import type { Parts } from "../../../src/deps.ts";
import { CallbackServiceClient } from "../../../src/gen/clickbridge/v1/callback_service.ts";
import { CardServiceClient } from "../../../src/gen/clickbridge/v1/card_service.ts";
import { CheckoutServiceClient } from "../../../src/gen/clickbridge/v1/checkout_service.ts";
import { FiscalServiceClient } from "../../../src/gen/clickbridge/v1/fiscal_service.ts";
import { LedgerServiceClient } from "../../../src/gen/clickbridge/v1/ledger_service.ts";
import { OrderUpdateServiceClient } from "../../../src/gen/clickbridge/v1/order_update_service.ts";
import { PassServiceClient } from "../../../src/gen/clickbridge/v1/pass_service.ts";
import { PaymentServiceClient } from "../../../src/gen/clickbridge/v1/payment_service.ts";
import { ServerServiceClient } from "../../../src/gen/clickbridge/v1/server_service.ts";
import { SetupServiceClient } from "../../../src/gen/clickbridge/v1/setup_service.ts";
import { type RunningService, start } from "../../../src/server.ts";
import { createLog } from "../../../src/telemetry/log.ts";
import { tokensFile } from "./tokens-file.ts";

/** The service in this process, on a unix socket, with a client for each of its services. */
export interface TestService extends Clients {
  readonly running: RunningService;
  readonly address: string;
  stop(): Promise<void>;
}

export interface Clients {
  readonly callbacks: CallbackServiceClient;
  readonly updates: OrderUpdateServiceClient;
  readonly checkout: CheckoutServiceClient;
  readonly payments: PaymentServiceClient;
  readonly cards: CardServiceClient;
  readonly pass: PassServiceClient;
  readonly fiscal: FiscalServiceClient;
  readonly ledger: LedgerServiceClient;
  readonly setup: SetupServiceClient;
  readonly server: ServerServiceClient;
}

export interface TestServiceOptions {
  readonly databaseUrl: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: Logger;
  readonly parts?: Partial<Parts>;
}

/** Scopes of everything, for tests that are not about scopes. */
export const ALL_SCOPES_TOKEN = "test-token-with-all-scopes";

export const ALL_SCOPES = ["callback", "updates", "checkout", "read", "refund", "cards", "pass", "fiscal", "setup"];

export async function startTestService({
  databaseUrl,
  env = {},
  log,
  parts = {},
}: TestServiceOptions): Promise<TestService> {
  const folder = await mkdtemp(join(tmpdir(), "clickbridge-service-"));
  const config = readConfig({
    CLICKBRIDGE_DATABASE_URL: databaseUrl,
    CLICKBRIDGE_LISTEN: `unix:${join(folder, "service.sock")}`,
    CLICKBRIDGE_TOKENS_FILE: await tokensFile(folder, [
      { name: "office", token: ALL_SCOPES_TOKEN, scopes: ALL_SCOPES },
    ]),
    CLICKBRIDGE_SETTINGS_TTL_MS: "0",
    // Nobody listens there: no test may reach Click itself.
    CLICKBRIDGE_CLICK_API_URL: "http://127.0.0.1:1/",
    ...env,
  });
  const running = await start(config, log ?? createLog("silent"), parts).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const [address = ""] = running.addresses;
  const clients = connect(address.replace(/^tcp:\/\//, ""), credentials.createInsecure());
  return {
    ...clients,
    running,
    address,
    stop: async () => {
      for (const client of Object.values(clients)) client.close();
      await running.drain();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function connect(target: string, channel: ChannelCredentials): Clients & Record<string, { close(): void }> {
  const options = { "grpc.enable_http_proxy": 0 };
  return {
    callbacks: new CallbackServiceClient(target, channel, options),
    updates: new OrderUpdateServiceClient(target, channel, options),
    checkout: new CheckoutServiceClient(target, channel, options),
    payments: new PaymentServiceClient(target, channel, options),
    cards: new CardServiceClient(target, channel, options),
    pass: new PassServiceClient(target, channel, options),
    fiscal: new FiscalServiceClient(target, channel, options),
    ledger: new LedgerServiceClient(target, channel, options),
    setup: new SetupServiceClient(target, channel, options),
    server: new ServerServiceClient(target, channel, options),
  };
}

/** The last overload of a generated method: the one that TypeScript infers from. */
type Unary<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** One unary call as a promise, with the all-scopes token unless told otherwise. */
export function call<Request, Response>(
  client: object,
  method: Unary<Request, Response>,
  request: Request,
  metadata = bearer(ALL_SCOPES_TOKEN),
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method.call(client, request, metadata, {}, (error, response) =>
      error === null ? resolve(response) : reject(error),
    );
  });
}

export function bearer(token: string): Metadata {
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  return metadata;
}
