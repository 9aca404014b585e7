import type { Charge, ConfirmationReply } from "../../payment/charge.ts";
import { fail } from "../../payment/failure.ts";
import type { ChargeId } from "../../payment/ids.ts";
import type { ClickApi, MerchantAccount } from "../click/click-api.ts";
import { accountOfService } from "../services/service-account.ts";
import { type ChargeDeps, concludeCharge, failRefused } from "./charge-once.ts";

export interface ConfirmClickPassDeps extends Pick<ChargeDeps, "registry" | "charges" | "paidByClick" | "newToken"> {
  readonly click: Pick<ClickApi, "confirmClickPass" | "paymentStatus">;
}

export interface ConfirmClickPassRequest {
  readonly chargeId: ChargeId;
  readonly caller: string;
  readonly userId: string;
}

/** Confirms a Click Pass charge once, before its deadline. A charge that needs no confirmation is returned unchanged. */
export async function confirmClickPass(
  deps: ConfirmClickPassDeps,
  { chargeId, caller, userId }: ConfirmClickPassRequest,
): Promise<Charge> {
  const charge = await deps.charges.byId(chargeId);
  if (charge === undefined || charge.kind !== "PASS") return fail({ reason: "CHARGE_NOT_FOUND", chargeId });
  const { clickPaymentId } = charge;
  if (charge.confirmation !== "WAITING" || clickPaymentId === undefined) return conclude(deps, charge);
  const account = await accountOfService(deps.registry, charge.serviceId);
  const claimed = await deps.charges.claimConfirmation(charge, { token: deps.newToken(), caller, userId });
  if (claimed === "TOO_LATE") return fail({ reason: "CONFIRM_TOO_LATE", chargeId });
  if (claimed !== "CLAIMED") return conclude(deps, claimed);
  const reply = await confirm(deps.click, account, clickPaymentId);
  const settled = await deps.charges.settleConfirmation(charge, reply);
  // Also when the request was not sent: then this call fails, and the confirmation can be repeated.
  if (reply.kind === "REFUSED") return fail({ reason: "CLICK_REFUSED", ...reply, clickRefusal: reply.refusal });
  return conclude(deps, settled);
}

/** Every repeat reports a refused confirmation, unless Click took the money anyway. */
function conclude(deps: ConfirmClickPassDeps, charge: Charge): Promise<Charge> {
  const isRefused = charge.confirmation === "REFUSED" && charge.state !== "DONE";
  return isRefused ? failRefused(charge) : concludeCharge(deps, charge);
}

/** The reply to a confirmation does not tell whether money was taken, so the payment's status is polled at once. */
async function confirm(
  click: ConfirmClickPassDeps["click"],
  account: MerchantAccount,
  clickPaymentId: string,
): Promise<ConfirmationReply> {
  const reply = await click.confirmClickPass(account, clickPaymentId);
  if (reply.kind !== "DONE") return reply;
  const asked = await click.paymentStatus(account, clickPaymentId);
  return { kind: "DONE", status: asked.kind === "DONE" ? asked.status : undefined };
}
