import type { ServiceId } from "../../payment/ids.ts";
import type { ClickApi } from "../click/click-api.ts";
import { doneOrFail } from "../click/done-or-fail.ts";
import { accountOfService } from "../services/service-account.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";

export interface SetConfirmationModeDeps {
  readonly registry: ServiceRegistry;
  readonly click: Pick<ClickApi, "setConfirmationMode">;
}

/** Whether Click Pass payments of a service must be confirmed. Setting what is set changes nothing, so it is kept nowhere. */
export async function setConfirmationMode(
  { registry, click }: SetConfirmationModeDeps,
  { serviceId, on }: { readonly serviceId: ServiceId; readonly on: boolean },
): Promise<void> {
  const account = await accountOfService(registry, serviceId);
  doneOrFail(await click.setConfirmationMode(account, on));
}
