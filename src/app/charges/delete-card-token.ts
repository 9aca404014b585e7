import type { ServiceId } from "../../payment/ids.ts";
import type { Secret } from "../../protocol/secret.ts";
import type { ClickApi } from "../click/click-api.ts";
import { doneOrFail } from "../click/done-or-fail.ts";
import { accountOfService } from "../services/service-account.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";

export interface DeleteCardTokenDeps {
  readonly registry: ServiceRegistry;
  readonly click: Pick<ClickApi, "deleteCardToken">;
}

/** Deletes a token at Click. */
export async function deleteCardToken(
  { registry, click }: DeleteCardTokenDeps,
  { serviceId, cardToken }: { readonly serviceId: ServiceId; readonly cardToken: Secret },
): Promise<void> {
  const account = await accountOfService(registry, serviceId);
  doneOrFail(await click.deleteCardToken(account, cardToken));
}
