import type { ServiceRegistry } from "../services/service-registry.ts";
import type { HighWater, RestoreStore } from "./restored.ts";

/** The high water kept outside the database. */
export interface HighWaterMark {
  /** Undefined: nothing stored yet. */
  read(): Promise<HighWater | undefined>;
  write(mark: HighWater): Promise<void>;
}

export interface WatchForRewindDeps {
  readonly restores: RestoreStore;
  readonly registry: ServiceRegistry;
  /** Undefined: not configured. */
  readonly highWaterMark: HighWaterMark | undefined;
}

const SERVICE_ACTOR = "serve";

/**
 * Compares the database's numbers with those kept outside it. If the database is behind, a restore or a failover lost commits, and it would
 * reuse numbers that others have seen: moves the numbers ahead and returns true. Then stores the higher numbers.
 */
export async function watchForRewind(deps: WatchForRewindDeps): Promise<boolean> {
  const { restores, registry, highWaterMark } = deps;
  if (highWaterMark === undefined) return false;
  const [kept, now] = [await highWaterMark.read(), await restores.highWater()];
  if (kept === undefined || !isBehind(now, kept)) {
    if (kept === undefined || isBehind(kept, now)) await highWaterMark.write(now);
    return false;
  }
  const services = [...(await registry.all()).values()];
  const { outcome } = await restores.restored({
    sinceTime: (await restores.newestTime()) ?? new Date(0),
    actor: SERVICE_ACTOR,
    behind: kept,
    paySystemIds: services.flatMap(({ paySystemIds }) => paySystemIds),
  });
  await highWaterMark.write(await restores.highWater());
  return outcome === "DONE";
}

function isBehind(one: HighWater, other: HighWater): boolean {
  return one.attemptId < other.attemptId || one.eventSeq < other.eventSeq;
}
