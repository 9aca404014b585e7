import { tashkentDay } from "../../protocol/tashkent-time.ts";

/** How far numbers have come: kept outside of the database as well, they show when it has gone back in time. */
export interface HighWater {
  readonly attemptId: number;
  readonly eventSeq: number;
}

/** One time that the database went back. What was committed from `sinceTime` to `untilTime` may be lost. */
export interface LostWindow {
  readonly sinceTime: Date;
  readonly untilTime: Date;
}

export interface Restored {
  /** DONE, or why nothing was: the same restore was told before, or the database has not gone back. */
  readonly outcome: "DONE" | "KNOWN" | "NOT_BACK";
  /** Where attempts and events go on. */
  readonly fromAttemptId: number;
  readonly epoch: number;
}

export interface RestoreStore {
  highWater(): Promise<HighWater>;
  /** When our newest row was written; undefined: there is none. */
  newestTime(): Promise<Date | undefined>;
  /**
   * Lets attempts and events go on far ahead, begins another epoch, and makes questions about what may be lost. Once, however often it is told
   * of a backup that was made at `sinceTime`; with a high water (`behind`) while the database is behind it. Several at once: one does it.
   */
  restored(about: {
    readonly sinceTime: Date;
    readonly actor: string;
    readonly behind: HighWater | undefined;
    readonly paySystemIds: readonly number[];
  }): Promise<Restored>;
  /** Those of the last weeks. */
  lostWindows(): Promise<readonly LostWindow[]>;
}

/** An older backup is not asked about as a whole: each day is a request for each reference. */
const LOST_DAYS_MAX = 28;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** The days in Tashkent that may be lost, newest first: Click files payments by day. */
export function lostDays(windows: readonly LostWindow[]): readonly string[] {
  const days = new Set<string>();
  for (const { sinceTime, untilTime } of windows) {
    const first = Math.max(sinceTime.getTime(), untilTime.getTime() - LOST_DAYS_MAX * DAY_MS);
    for (let time = untilTime.getTime(); time > first - DAY_MS; time -= DAY_MS) days.add(tashkentDay(new Date(time)));
  }
  return [...days].sort().reverse();
}
