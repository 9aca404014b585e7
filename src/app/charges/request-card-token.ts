import type { ServiceId } from "../../payment/ids.ts";
import type { Secret } from "../../protocol/secret.ts";
import type { ClickApi } from "../click/click-api.ts";
import { doneOrFail } from "../click/done-or-fail.ts";
import { accountOfService } from "../services/service-account.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";

export interface RequestCardTokenDeps {
  readonly registry: ServiceRegistry;
  readonly click: Pick<ClickApi, "requestCardToken">;
}

export interface RequestedToken {
  readonly cardToken: Secret;
  readonly maskedPhone: string;
  readonly temporary: boolean;
}

/** Asks Click to make a token and send an SMS. It has no request id, because storing one would mean storing the card. */
export async function requestCardToken(
  { registry, click }: RequestCardTokenDeps,
  request: {
    readonly serviceId: ServiceId;
    readonly cardNumber: Secret;
    readonly expireDate: Secret;
    readonly temporary: boolean;
  },
): Promise<RequestedToken> {
  const { cardNumber, expireDate, temporary } = request;
  const account = await accountOfService(registry, request.serviceId);
  const reply = await click.requestCardToken(account, { cardNumber, expireDate, temporary });
  return doneOrFail(reply);
}
