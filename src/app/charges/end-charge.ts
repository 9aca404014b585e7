import type { Charge, ClickStatus } from "../../payment/charge.ts";
import type { ClickApi } from "../click/click-api.ts";
import { accountOf } from "../services/click-service.ts";
import { type ChargeDeps, recordPaid } from "./charge-once.ts";

export interface EndChargeDeps extends Pick<ChargeDeps, "registry" | "charges" | "paidByClick"> {
  readonly click: Pick<ClickApi, "paymentStatus">;
}

/**
 * Ends a charge that has a payment number of Click by the status that Click reports. Records money that Click took, even when the charge
 * had already ended. Only reads from Click, and is safe to run twice at once.
 */
export async function endCharge(deps: EndChargeDeps, charge: Charge): Promise<Charge> {
  const ended = await deps.charges.end(charge, await reportedStatusOf(deps, charge));
  await recordPaid(deps, ended);
  return ended;
}

async function reportedStatusOf({ registry, click }: EndChargeDeps, charge: Charge): Promise<ClickStatus | undefined> {
  const { state, serviceId, clickPaymentId } = charge;
  const service = await registry.service(serviceId);
  const account = service === undefined ? undefined : accountOf(service);
  if (state !== "PROCESSING" || clickPaymentId === undefined || account === undefined) return undefined;
  const reply = await click.paymentStatus(account, clickPaymentId);
  return reply.kind === "DONE" ? reply.status : undefined;
}
