import type { Charge } from "../../payment/charge.ts";
import type { PaymentId } from "../../payment/ids.ts";
import type { Secret } from "../../protocol/secret.ts";
import type { ClickApi } from "../click/click-api.ts";
import { hashOf } from "../outbox/send-once.ts";
import { type ChargeDeps, chargeOnce } from "./charge-once.ts";

export interface ChargeClickPassDeps extends ChargeDeps {
  readonly click: Pick<ClickApi, "chargeClickPass">;
}

export interface ChargeClickPassRequest {
  /** Name of the caller's token: request ids are kept per caller. */
  readonly caller: string;
  readonly requestId: string;
  readonly paymentId: PaymentId;
  readonly otpData: Secret;
  readonly cashboxCode: string;
  readonly userId: string;
}

/** Charges a payment by the Click Pass code that a customer shows. */
export async function chargeClickPass(deps: ChargeClickPassDeps, request: ChargeClickPassRequest): Promise<Charge> {
  const { caller, requestId, paymentId, otpData, cashboxCode, userId } = request;
  return chargeOnce(deps, {
    kind: "PASS",
    key: { caller, requestId, requestHash: hashOf({ paymentId, cashboxCode }) },
    paymentId,
    userId,
    send: (account, { amountTiyin, reference }) =>
      deps.click.chargeClickPass(account, { otpData, amountTiyin, reference, cashboxCode: cashboxCode || undefined }),
  });
}
