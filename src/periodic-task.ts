/** Work that is done again and again. */
export interface PeriodicTask {
  /** Ends after the round under way. */
  stop(): Promise<void>;
}

/** Runs `round` now and then after every pause; one at a time. A round that fails is told about, and the next one comes. */
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
