import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startPart } from "../support/servers/process.ts";
import { ALL_SCOPES_TOKEN } from "../support/service/service.ts";
import { makeServiceSocket } from "../support/service/service-socket.ts";
import { tokensFile } from "../support/service/tokens-file.ts";
import { cpuMsOf } from "./cpu-time.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** The service as users run it: built, in a process of its own, on a unix socket. */
export interface ServiceProcess {
  readonly address: string;
  readonly startUpMs: number;
  /** CPU time spent so far. */
  cpuMs(): number;
  /** The most memory it has held. */
  peakRssMb(): number;
  stop(): Promise<void>;
}

export async function startServiceProcess(
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> {
  const socket = await makeServiceSocket("clickbridge-bench-");
  const startMs = performance.now();
  const part = await startPart("click-bridge", CLI, ["serve"], {
    env: {
      ...process.env,
      CLICKBRIDGE_DATABASE_URL: databaseUrl,
      CLICKBRIDGE_TOKENS_FILE: await tokensFile(socket.folder, [
        { name: "bench", token: ALL_SCOPES_TOKEN, scopes: ["callback", "updates"] },
      ]),
      ...socket.env,
      ...env,
    },
  });
  await part.line(/"serving"/);
  const startUpMs = performance.now() - startMs;
  const proc = (file: string) => readFileSync(`/proc/${part.pid}/${file}`, "utf8");
  return {
    address: socket.address,
    startUpMs,
    cpuMs: () => cpuMsOf(part.pid),
    peakRssMb: () => Number(/VmHWM:\s+(\d+) kB/.exec(proc("status"))?.[1]) / 1024,
    stop: async () => {
      await part.stop();
      await socket.remove();
    },
  };
}
