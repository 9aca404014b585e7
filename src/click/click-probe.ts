import type { ClickProbe } from "../app/setup/ports.ts";
import { tashkentDay } from "../protocol/tashkent-time.ts";
import type { MerchantHttp } from "./merchant-http.ts";
import { parseObject, readInteger } from "./reply-fields.ts";

/** One read-only call that shows whether the account and the clock are right. */
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
