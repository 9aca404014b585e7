import type { ServiceId } from "../../payment/ids.ts";
import type { Secret } from "../../protocol/secret.ts";
import type { ClickApi } from "../click/click-api.ts";
import { doneOrFail } from "../click/done-or-fail.ts";
import { accountOfService } from "../services/service-account.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";

export interface VerifyCardTokenDeps {
  readonly registry: ServiceRegistry;
  readonly click: Pick<ClickApi, "verifyCardToken">;
}

/** Confirms a token with the code from the SMS; returns the card number as Click masks it. */
export async function verifyCardToken(
  { registry, click }: VerifyCardTokenDeps,
  request: { readonly serviceId: ServiceId; readonly cardToken: Secret; readonly smsCode: Secret },
): Promise<{ readonly maskedCardNumber: string }> {
  const { cardToken, smsCode } = request;
  const account = await accountOfService(registry, request.serviceId);
  return doneOrFail(await click.verifyCardToken(account, { cardToken, smsCode }));
}
