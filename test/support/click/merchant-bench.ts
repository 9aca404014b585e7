import type { ClickApi, MerchantAccount } from "../../../src/app/click/click-api.ts";
import { asServiceId } from "../../../src/payment/ids.ts";
import { DEFAULT_BEHAVIOUR } from "../../../src/simulator/behaviour.ts";
import type { Payment } from "../../../src/simulator/payment.ts";
import { clientOf } from "./merchant-client.ts";
import { ACCOUNT, type Bench, OTHER_ACCOUNT } from "./stand-in.ts";

const accountOf = (account: typeof ACCOUNT): MerchantAccount => ({
  ...account,
  serviceId: asServiceId(account.serviceId),
  dialect: "click",
});

/** The accounts of the stand-in's two services, as our client takes them. */
export const SHOP: MerchantAccount = accountOf(ACCOUNT);
export const OTHER_SHOP: MerchantAccount = accountOf(OTHER_ACCOUNT);

/** Our client, talking to the stand-in of a bench. */
export const clientOfBench = ({ simulator }: Bench): ClickApi => clientOf(`${simulator.url}/v2/merchant/`);

/** Changes some of how the stand-in behaves; what is not named is as usual. */
export function behave({ simulator }: Bench, behaviour: Partial<typeof DEFAULT_BEHAVIOUR>): void {
  simulator.standIn.behaviour = { ...DEFAULT_BEHAVIOUR, retry_delay_ms: 0, ...behaviour };
}

/** What the stand-in knows about a payment of ours. */
export function paymentAt({ simulator }: Bench, clickPaymentId: string): Payment {
  const payment = simulator.standIn.ledger.payment(Number(clickPaymentId));
  if (payment === undefined) throw new Error(`the stand-in has no payment ${clickPaymentId}`);
  return payment;
}

/** The reply of a call that must have been done. */
export function done<T extends { readonly kind: string }>(reply: T): Extract<T, { readonly kind: "DONE" }> {
  if (reply.kind !== "DONE") throw new Error(`not done: ${JSON.stringify(reply)}`);
  return reply as Extract<T, { readonly kind: "DONE" }>;
}
