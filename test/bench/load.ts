/** What a closed loop of callers saw. */
export interface Load {
  readonly count: number;
  readonly ratePerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface LoadOptions {
  /** Callers at once; each asks again when it has its answer. */
  readonly inFlight: number;
  readonly count: number;
}

/** Runs `one` for 0 … count−1, never more than `inFlight` at once. An error ends the run and is thrown. */
export async function runLoad({ inFlight, count }: LoadOptions, one: (index: number) => Promise<void>): Promise<Load> {
  const timesMs: number[] = [];
  let next = 0;
  const caller = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      const startMs = performance.now();
      await one(index);
      timesMs.push(performance.now() - startMs);
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: inFlight }, caller));
  const tookSeconds = (performance.now() - startMs) / 1_000;
  timesMs.sort((a, b) => a - b);
  return { count, ratePerSecond: count / tookSeconds, p50Ms: quantile(timesMs, 0.5), p99Ms: quantile(timesMs, 0.99) };
}

/** The run in the middle by its rate: one disturbed run says nothing. */
export function median(loads: readonly Load[]): Load {
  const sorted = [...loads].sort((a, b) => a.ratePerSecond - b.ratePerSecond);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError("no runs");
  return middle;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
