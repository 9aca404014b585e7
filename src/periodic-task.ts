/** A task that repeats. */
export interface PeriodicTask {
  /** Stops after the present round. */
  stop(): Promise<void>;
}

/** Runs `round` now and again after every pause, one at a time. A failed round is reported, and the next one follows. */
export function startPeriodicTask(
  round: () => Promise<unknown>,
  pauseMs: number,
  onError: (error: unknown) => void,
): PeriodicTask {
  let stopped = false;
  let wake = () => {};
  const loop = async () => {
    while (!stopped) {
      await round().catch(onError);
      if (stopped) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopped = true;
      wake();
      await running;
    },
  };
}
