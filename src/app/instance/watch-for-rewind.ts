import type { ServiceRegistry } from "../services/service-registry.ts";
import type { HighWater, RestoreStore } from "./restored.ts";

/** The high water outside of the database. */
export interface HighWaterMark {
  /** Undefined: none was kept yet. */
  read(): Promise<HighWater | undefined>;
  write(mark: HighWater): Promise<void>;
}

export interface WatchForRewindDeps {
  readonly restores: RestoreStore;
  readonly registry: ServiceRegistry;
  /** Undefined: none is kept. */
  readonly highWaterMark: HighWaterMark | undefined;
}

const SERVICE_ACTOR = "serve";

/**
 * Holds the database's numbers to those that were kept outside of it: where it is behind, it has gone back in time, by a restore or a failover
 * that lost commits, and gives numbers anew that others have seen. True when that was found, and done something about. Then keeps the
 * higher ones.
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
