import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { credentials } from "@grpc/grpc-js";
import { type Part, startPart } from "../servers/process.ts";
import { ALL_SCOPES, ALL_SCOPES_TOKEN, type Clients, connect } from "./service.ts";
import { tokensFile } from "./tokens-file.ts";

const SERVE = [fileURLToPath(new URL("../../../src/cli.ts", import.meta.url)), "serve"];
/** The same without the work that nobody asked for. */
export const SERVE_WITHOUT_ROUNDS = [fileURLToPath(new URL("service-without-rounds.ts", import.meta.url))];

/** `click-bridge serve` in a process of its own, for what only a process can show: signals, deaths, what it prints. */
export interface ServiceProcess extends Clients {
  readonly part: Part;
  readonly target: string;
  /** Every line that it printed. */
  readonly lines: readonly string[];
  /** Ends it (SIGTERM unless told otherwise) and removes its files. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export async function startServiceProcess(
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
  program = SERVE,
): Promise<ServiceProcess> {
  const folder = await mkdtemp(join(tmpdir(), "clickbridge-process-"));
  const listen = env["CLICKBRIDGE_LISTEN"] ?? `unix:${join(folder, "service.sock")}`;
  const tokens = [{ name: "office", token: ALL_SCOPES_TOKEN, scopes: ALL_SCOPES }];
  const part = await startPart("click-bridge", process.execPath, program, {
    env: {
      ...process.env,
      CLICKBRIDGE_DATABASE_URL: databaseUrl,
      CLICKBRIDGE_TOKENS_FILE: await tokensFile(folder, tokens),
      CLICKBRIDGE_SETTINGS_TTL_MS: "0",
      CLICKBRIDGE_CLICK_API_URL: "http://127.0.0.1:1/",
      ...env,
      CLICKBRIDGE_LISTEN: listen,
    },
  });
  const lines: string[] = [];
  part.onLine((line) => void lines.push(line));
  const serving = JSON.parse(await part.line(/"serving"/)) as { readonly addresses: readonly string[] };
  const target = (serving.addresses[0] ?? "").replace(/^tcp:\/\//, "");
  const clients = connect(target, credentials.createInsecure());
  return {
    ...clients,
    part,
    target,
    lines,
    stop: async (signal) => {
      for (const client of Object.values(clients)) client.close();
      await part.stop(signal);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
