import type { ShopModule } from "../app/setup/ports.ts";
import { callbackPoster } from "./post-callback.ts";

/** A shop that takes longer loses payments: Click waits no longer than some seconds. */
const FRONT_TIMEOUT_MS = 5_000;
/** Ours is a line; whoever else answers is not read out. */
const ANSWER_BYTES_MAX = 4 * 1024;

/** Calls the shop's own addresses as Click would. A connection of its own for each call: checks are rare. */
export function shopModule(): ShopModule {
  return {
    post: async (url, form) => {
      const poster = callbackPoster(FRONT_TIMEOUT_MS, ANSWER_BYTES_MAX);
      try {
        return await poster.post(url, form);
      } finally {
        await poster.close();
      }
    },
  };
}
