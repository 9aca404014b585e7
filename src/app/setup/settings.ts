import { type ClickService, type ServiceMap, sharedKeyFaults, sharingServices } from "../services/click-service.ts";
import type { PaySystemRow } from "../services/shop-reader.ts";
import { about, type SetupCheck } from "./setup-check.ts";

const REMEDY = "open the pay system in Bitrix's admin pages and fill in the four settings of Click's cabinet";

/** One check for each service, and for each pay system without a service. */
export function settings(services: ServiceMap, paySystems: readonly PaySystemRow[]): readonly SetupCheck[] {
  const served = new Set([...services.values()].flatMap((service) => service.paySystemIds));
  const strays = paySystems
    .filter(({ active, paySystemId }) => active && !served.has(paySystemId))
    .map(({ paySystemId }) =>
      about("settings", `pay system ${paySystemId}`).fault(
        "it has no CLICK_SERVICE_ID, or one that is no number",
        REMEDY,
      ),
    );
  const found = [...[...services.values()].map((service) => ofService(service, services, paySystems)), ...strays];
  const none = "no pay system uses the handler clickbridge";
  return found.length > 0 ? found : [about("settings").fault(none, "add a pay system with the handler Click")];
}

function ofService(service: ClickService, services: ServiceMap, paySystems: readonly PaySystemRow[]): SetupCheck {
  const shared = sharedKeyFaults(service, services);
  const check = about("settings", `service ${service.serviceId}`);
  const faults = [
    ...service.faults.filter((fault) => !shared.includes(fault)),
    ...(service.merchantId === "" ? ["CLICK_MERCHANT_ID is empty"] : []),
    ...(service.merchantUserId === "" ? ["CLICK_MERCHANT_USER_ID is empty"] : []),
  ];
  if (faults.length > 0) return check.fault(faults.join("; "), REMEDY);
  const isOn = paySystems.some(({ paySystemId, active }) => active && service.paySystemIds.includes(paySystemId));
  if (!isOn)
    return check.warning("its pay systems are switched off: nobody can begin a payment", "switch one of them on");
  if (service.override.dialect === "legacy") {
    const what =
      "dialect legacy: one hash signs Prepare and Complete, so orders wait until Click confirms each payment";
    return check.warning(what, "take it out of CLICKBRIDGE_SERVICES_FILE unless Click signs in no other way");
  }
  return check.ok(`complete, in pay system ${service.paySystemIds.join(", ")}`);
}

/** The signed text has no separators: if two services share a key, digits can move between two fields. */
export function sharedKeys(services: ServiceMap): readonly SetupCheck[] {
  const pairs = [...services.values()].flatMap((service) =>
    sharingServices(service, services).map((other) => `${service.serviceId} and ${other.serviceId}`),
  );
  if (pairs.length === 0) return [about("shared_key").ok("every service has a secret key of its own")];
  return pairs.map((pair) =>
    about("shared_key", `services ${pair}`).fault(
      "they have the same secret key: a callback for one can be made to look like one for the other",
      "ask Click for another secret key for one of them",
    ),
  );
}
