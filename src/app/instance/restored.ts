import { DAY_MS, tashkentDay } from "../../protocol/tashkent-time.ts";

/** The highest numbers. Kept outside the database too, they show when it was restored to an earlier state. */
export interface HighWater {
  readonly attemptId: number;
  readonly eventSeq: number;
}

/** One restore of the database. Commits from `sinceTime` to `untilTime` may be lost. */
export interface LostWindow {
  readonly sinceTime: Date;
  readonly untilTime: Date;
}

export interface Restored {
  /** DONE, or why nothing was done: this restore is already known, or the database was not restored. */
  readonly outcome: "DONE" | "KNOWN" | "NOT_BACK";
  /** The next attempt id. */
  readonly fromAttemptId: number;
  readonly epoch: number;
}

export interface RestoreStore {
  highWater(): Promise<HighWater>;
  /** Time of our newest row; undefined when there is none. */
  newestTime(): Promise<Date | undefined>;
  /**
   * Moves the numbers of attempts and events far ahead, begins a new epoch and schedules status polls for what may be lost. Idempotent for
   * a backup made at `sinceTime`, or, with `behind`, until the database passes that high water. Of concurrent calls one does it.
   */
  restored(about: {
    readonly sinceTime: Date;
    readonly actor: string;
    readonly behind: HighWater | undefined;
    readonly paySystemIds: readonly number[];
  }): Promise<Restored>;
  /** Windows of the last weeks. */
  lostWindows(): Promise<readonly LostWindow[]>;
}

/** Limit for old backups, because each day needs one request per reference. */
const LOST_DAYS_MAX = 28;

/** The days in Tashkent that may be lost, newest first: Click finds payments by day. */
export function lostDays(windows: readonly LostWindow[]): readonly string[] {
  const days = new Set<string>();
  for (const { sinceTime, untilTime } of windows) {
    const first = Math.max(sinceTime.getTime(), untilTime.getTime() - LOST_DAYS_MAX * DAY_MS);
    for (let time = untilTime.getTime(); time > first - DAY_MS; time -= DAY_MS) days.add(tashkentDay(new Date(time)));
  }
  return [...days].sort().reverse();
}
