import { fail } from "../../payment/failure.ts";
import type { ServiceId } from "../../payment/ids.ts";
import type { MerchantAccount } from "../click/click-api.ts";
import { accountOf } from "./click-service.ts";
import type { ServiceRegistry } from "./service-registry.ts";

/** The Merchant API account of one service, or the failure that it is not configured. */
export async function accountOfService(registry: ServiceRegistry, serviceId: ServiceId): Promise<MerchantAccount> {
  const service = await registry.service(serviceId);
  const account = service === undefined ? undefined : accountOf(service);
  if (account !== undefined) return account;
  const why = service === undefined ? "no pay system has it" : (service.faults[0] ?? "a merchant id is missing");
  return fail({ reason: "CLICK_SERVICE_NOT_CONFIGURED", serviceId, why });
}
