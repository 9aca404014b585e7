import { accountOf } from "./click-service.ts";
import type { ClickApi, HeldCapture, HeldCaptureStore } from "./ports.ts";
import type { ServiceRegistry } from "./service-registry.ts";

export interface ConfirmHeldCapturesDeps {
  readonly registry: ServiceRegistry;
  readonly held: HeldCaptureStore;
  readonly click: Pick<ClickApi, "paymentStatus">;
}

const CAPTURES_A_ROUND_MAX = 20;

/**
 * Asks Click about captures whose signature proves too little (dialect `legacy`): paid releases the order update, failed withdraws
 * it, anything else is asked again later. Two at once do no harm: each step happens once. Returns how many were released or
 * withdrawn.
 */
export async function confirmHeldCaptures(deps: ConfirmHeldCapturesDeps): Promise<number> {
  let settled = 0;
  for (const capture of await deps.held.due(CAPTURES_A_ROUND_MAX)) if (await confirm(deps, capture)) settled += 1;
  return settled;
}

async function confirm({ registry, held, click }: ConfirmHeldCapturesDeps, capture: HeldCapture): Promise<boolean> {
  const service = await registry.service(capture.serviceId);
  const account = service === undefined ? undefined : accountOf(service);
  if (account === undefined || capture.clickPaydocId === undefined) return false;
  const status = await click.paymentStatus(account, capture.clickPaydocId);
  if (status.kind === "PAID") await held.release(capture);
  if (status.kind === "FAILED") await held.withdraw(capture);
  return status.kind === "PAID" || status.kind === "FAILED";
}
