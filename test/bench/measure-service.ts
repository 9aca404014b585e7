import { type Bench, TARGET_IN_FLIGHT } from "./bench.ts";
import { cpuMsOf } from "./cpu-time.ts";
import type { Figure } from "./figures.ts";
import { grpcPairs } from "./grpc-pairs.ts";
import { startRoundTripCounter } from "./round-trip-counter.ts";
import { startServiceProcess } from "./service-process.ts";

const CALLBACKS_A_PAIR = 2;
const COUNTED_PAIRS = 50;
const LOAD_PAIRS = 3_000;
const WARM_UP_PAIRS = 400;

/** (c) and (d): what a callback costs, and what the process takes. */
export async function measureService(bench: Bench): Promise<readonly Figure[]> {
  return [await roundTrips(bench), ...(await processCosts(bench))];
}

async function roundTrips({ shop, stock, folder }: Bench): Promise<Figure> {
  const counter = await startRoundTripCounter(shop.url, folder);
  const service = await startServiceProcess(counter.url, { CLICKBRIDGE_DATABASE_CONNECTIONS_MAX: "1" });
  try {
    // The first pair also sets up the session and reads the settings.
    await grpcPairs(service.address, stock, { inFlight: 1, count: 1 });
    const before = counter.count();
    await grpcPairs(service.address, stock, { inFlight: 1, count: COUNTED_PAIRS });
    const value = (counter.count() - before) / (COUNTED_PAIRS * CALLBACKS_A_PAIR);
    return { group: "c", name: "SQL round trips a callback", value, unit: "" };
  } finally {
    await service.stop();
    await counter.stop();
  }
}

async function processCosts({ shop, stock, scale, databasePid }: Bench): Promise<readonly Figure[]> {
  const service = await startServiceProcess(shop.url);
  try {
    await grpcPairs(service.address, stock, { inFlight: TARGET_IN_FLIGHT, count: WARM_UP_PAIRS });
    const cpu = () => [service.cpuMs(), cpuMsOf(databasePid), cpuMsOf(process.pid)] as const;
    const before = cpu();
    const count = Math.ceil(LOAD_PAIRS * scale);
    await grpcPairs(service.address, stock, { inFlight: TARGET_IN_FLIGHT, count });
    const [own = 0, database = 0, caller = 0] = cpu().map(
      (ms, index) => (ms - (before[index] ?? 0)) / (count * CALLBACKS_A_PAIR),
    );
    return [
      { group: "c", name: "CPU of the service a callback", value: own, unit: "ms" },
      { group: "c", name: "CPU of MariaDB a callback", value: database, unit: "ms" },
      { group: "c", name: "CPU of the caller (grpc-js) a callback", value: caller, unit: "ms" },
      { group: "d", name: "memory of the service under load (peak RSS)", value: service.peakRssMb(), unit: "MB" },
      { group: "d", name: "start-up until it serves", value: service.startUpMs, unit: "ms" },
    ];
  } finally {
    await service.stop();
  }
}
