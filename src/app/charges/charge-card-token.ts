import type { Charge } from "../../payment/charge.ts";
import type { PaymentId } from "../../payment/ids.ts";
import type { Secret } from "../../protocol/secret.ts";
import type { ClickApi } from "../click/click-api.ts";
import { hashOf } from "../outbox/send-once.ts";
import { type ChargeDeps, chargeOnce } from "./charge-once.ts";

export interface ChargeCardTokenDeps extends ChargeDeps {
  readonly click: Pick<ClickApi, "chargeCardToken">;
}

export interface ChargeCardTokenRequest {
  /** Name of the caller's token: request ids are kept per caller. */
  readonly caller: string;
  readonly requestId: string;
  readonly paymentId: PaymentId;
  readonly cardToken: Secret;
  readonly userId: string;
}

/** Charges a payment to a saved card. */
export async function chargeCardToken(deps: ChargeCardTokenDeps, request: ChargeCardTokenRequest): Promise<Charge> {
  const { caller, requestId, paymentId, cardToken, userId } = request;
  return chargeOnce(deps, {
    kind: "CARD",
    key: { caller, requestId, requestHash: hashOf({ paymentId }) },
    paymentId,
    userId,
    send: async (account, { amountTiyin, reference }) => {
      const reply = await deps.click.chargeCardToken(account, { cardToken, amountTiyin, reference });
      return reply.kind === "DONE" ? { ...reply, ...NOT_SAID } : reply;
    },
  });
}

/** Fields that only a Click Pass reply has. */
const NOT_SAID = { mustConfirm: false, cardType: undefined, processing: undefined };
