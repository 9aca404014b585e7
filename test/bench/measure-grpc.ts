import { type Bench, IN_FLIGHT } from "./bench.ts";
import type { Figure } from "./figures.ts";
import { grpcEcho, grpcPairs, sqlFloor } from "./grpc-pairs.ts";
import { type Load, median } from "./load.ts";
import { startServiceProcess } from "./service-process.ts";

const PAIRS: Readonly<Record<number, number>> = { 1: 400, 16: 2_000, 64: 2_400 };
const RUNS = 3;
const WARM_UP_PAIRS = 400;

/** (a) Prepare+Complete over gRPC, beside the bare SQL and the bare gRPC. */
export async function measureGrpc({ shop, stock, scale }: Bench): Promise<readonly Figure[]> {
  const service = await startServiceProcess(shop.url, { CLICKBRIDGE_LOG_LEVEL: "info" });
  try {
    const figures: Figure[] = [];
    await grpcPairs(service.address, stock, { inFlight: 16, count: WARM_UP_PAIRS });
    for (const inFlight of IN_FLIGHT) {
      const options = { inFlight, count: Math.ceil((PAIRS[inFlight] ?? 0) * scale) };
      const floors: Load[] = [];
      const pairs: Load[] = [];
      const echoes: Load[] = [];
      // In turns, so that a slow minute of the machine hits all alike.
      for (let run = 0; run < RUNS; run += 1) {
        floors.push(await sqlFloor(shop.url, options));
        pairs.push(await grpcPairs(service.address, stock, options));
        echoes.push(await grpcEcho(options));
      }
      figures.push(...rows(inFlight, { floor: median(floors), pair: median(pairs), echo: median(echoes) }));
    }
    return figures;
  } finally {
    await service.stop();
  }
}

function rows(inFlight: number, { floor, pair, echo }: Readonly<Record<"floor" | "pair" | "echo", Load>>): Figure[] {
  const ratios = {
    "rate/sql": pair.ratePerSecond / floor.ratePerSecond,
    "p99/sql": pair.p99Ms / floor.p99Ms,
    "rate/echo": pair.ratePerSecond / echo.ratePerSecond,
  };
  return [
    { group: "a", name: "SQL floor: 2 × (read, durable insert)", inFlight, load: floor },
    { group: "a", name: "grpc-js echo: 2 calls", inFlight, load: echo },
    { group: "a", name: "gRPC Prepare+Complete", inFlight, load: pair, ratios },
  ];
}
