import type { ServiceId } from "../../payment/ids.ts";
import type { ClickApi } from "../click/click-api.ts";
import { doneOrFail } from "../click/done-or-fail.ts";
import { accountOfService } from "../services/service-account.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";

export interface SetConfirmationModeDeps {
  readonly registry: ServiceRegistry;
  readonly click: Pick<ClickApi, "setConfirmationMode">;
}

/** Sets whether Click Pass payments of a service must be confirmed. It is idempotent at Click, so the request is not stored. */
export async function setConfirmationMode(
  { registry, click }: SetConfirmationModeDeps,
  { serviceId, on }: { readonly serviceId: ServiceId; readonly on: boolean },
): Promise<void> {
  const account = await accountOfService(registry, serviceId);
  doneOrFail(await click.setConfirmationMode(account, on));
}
