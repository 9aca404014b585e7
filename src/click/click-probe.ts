import type { ClickProbe } from "../app/setup/ports.ts";
import { tashkentDay } from "../protocol/tashkent-time.ts";
import type { MerchantHttp } from "./merchant-http.ts";
import { parseObject, readInteger } from "./reply-fields.ts";

/** One question that changes nothing, for what it tells about the account and the clock. */
export function clickProbe(http: MerchantHttp, now: () => Date): ClickProbe {
  return {
    ask: async (account, reference) => {
      const askedTime = now();
      const path = ["payment", "status_by_mti", account.serviceId, reference, tashkentDay(askedTime)];
      const reply = await http.call(account, { method: "GET", path: path.map(encodeURIComponent).join("/") });
      if (reply.kind !== "ANSWER") return { kind: "NO_ANSWER" };
      const { httpStatus, text, date } = reply;
      return {
        kind: "ANSWER",
        httpStatus,
        errorCode: readInteger(parseObject(text)?.["error_code"]),
        clickTime: date,
        askedTime,
        answeredTime: now(),
      };
    },
  };
}
