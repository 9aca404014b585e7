import { setTimeout as delay } from "node:timers/promises";

const INTERVAL_MS = 25;
/** Longer than anything takes on a busy machine; no test measures by it. */
const PATIENCE_MS = 30_000;

/** Waits for what another process does in its own time and nobody tells about; throws with `otherwise` when it never comes. */
export async function until(
  otherwise: string,
  holds: () => Promise<boolean>,
  patienceMs: number = PATIENCE_MS,
): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error(`${otherwise} within ${patienceMs} ms`);
    await delay(INTERVAL_MS);
  }
}
