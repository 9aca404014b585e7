import type { ServiceMap } from "../services/click-service.ts";
import type { SetupReader } from "./ports.ts";
import { about, type SetupCheck } from "./setup-check.ts";

/** Agents run every minute or with the next visitor. After this long, nothing runs them. */
const OVERDUE_MINUTES = 10;

/** Captured money whose order update the shop has not applied yet. */
export async function orderUpdates(reader: Pick<SetupReader, "waitingUpdates">): Promise<SetupCheck> {
  const check = about("order_updates");
  const { waitingCount, overdueCount } = await reader.waitingUpdates(OVERDUE_MINUTES);
  if (overdueCount > 0) {
    return check.fault(
      `${overdueCount} of ${waitingCount} order updates have waited more than ${OVERDUE_MINUTES} minutes for the shop to fetch them`,
      "see that Bitrix's agents run, or call the module's cron script every minute",
    );
  }
  return check.ok(waitingCount === 0 ? "no order update is waiting" : `${waitingCount} order updates are on their way`);
}

export async function anomalies(reader: Pick<SetupReader, "openAnomalies">): Promise<SetupCheck> {
  const check = about("anomalies");
  const open = [...(await reader.openAnomalies())].map(([kind, count]) => `${kind} ${count}`);
  return open.length === 0
    ? check.ok("nothing waits for a decision")
    : check.warning(
        `anomalies wait for a person: ${open.join(", ")}`,
        "look at each with `click-bridge anomalies list`, and decide it",
      );
}

export async function lastCallbacks(
  reader: Pick<SetupReader, "lastCallback">,
  services: ServiceMap,
): Promise<readonly SetupCheck[]> {
  return Promise.all(
    [...services.keys()].map(async (serviceId) => {
      const check = about("last_callback", `service ${serviceId}`);
      const time = await reader.lastCallback(serviceId);
      return time === undefined
        ? check.warning("Click has never called", "put the two addresses into Click's cabinet, and pay one order")
        : check.ok(`Click began a payment at ${time.toISOString().slice(0, 16).replace("T", " ")} UTC`);
    }),
  );
}
