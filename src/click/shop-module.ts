import type { ShopModule } from "../app/setup/ports.ts";
import { callbackPoster } from "./post-callback.ts";

/** A slower shop loses payments, because Click waits only some seconds. */
const FRONT_TIMEOUT_MS = 5_000;
/** Our answer is one line; a longer one is not ours and not read further. */
const ANSWER_BYTES_MAX = 4 * 1024;

/** Calls the shop's addresses as Click would. Each call has its own connection, because checks are rare. */
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
