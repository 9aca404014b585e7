import { fail } from "../../payment/failure.ts";

export type OneAtATime = <T>(work: () => Promise<T>) => Promise<T>;

/** Runs one work and refuses others meanwhile: each takes memory that payments need. */
export function oneAtATime(): OneAtATime {
  let isUnderWay = false;
  return async (work) => {
    if (isUnderWay) fail({ reason: "MATCH_UNDER_WAY" });
    isUnderWay = true;
    try {
      return await work();
    } finally {
      isUnderWay = false;
    }
  };
}
