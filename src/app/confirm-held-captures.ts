import { tashkentDay } from "../protocol/tashkent-time.ts";
import type { ClickApi, MerchantAccount } from "./click-api.ts";
import { accountOf } from "./click-service.ts";
import type { HeldCapture, HeldCaptureStore, NamedCapture } from "./ports.ts";
import type { ServiceRegistry } from "./service-registry.ts";

export interface ConfirmHeldCapturesDeps {
  readonly registry: ServiceRegistry;
  readonly held: HeldCaptureStore;
  readonly click: Pick<ClickApi, "paymentStatus" | "paymentOfReference">;
}

const CAPTURES_A_ROUND_MAX = 20;

/**
 * Asks Click about captures whose signature proves too little (dialect `legacy`): paid releases the order update, failed withdraws
 * it, anything else is asked again later. Two at once do no harm: each step happens once.
 */
export async function confirmHeldCaptures(deps: ConfirmHeldCapturesDeps): Promise<void> {
  for (const capture of await deps.held.due(CAPTURES_A_ROUND_MAX)) await confirm(deps, capture);
}

async function confirm({ registry, held, click }: ConfirmHeldCapturesDeps, capture: HeldCapture): Promise<void> {
  const service = await registry.service(capture.serviceId);
  const account = service === undefined ? undefined : accountOf(service);
  const { clickPaydocId } = capture;
  if (account === undefined || clickPaydocId === undefined) return;
  // Its number of the payment is not signed: Click itself has to say that it belongs to this reference.
  const named = { ...capture, clickPaydocId };
  if (!(await belongsToReference(click, account, named))) return;
  const reply = await click.paymentStatus(account, clickPaydocId);
  if (reply.kind !== "DONE") return;
  if (reply.status === "PAID") await held.release(named);
  if (reply.status === "FAILED") await held.withdraw(named);
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Click files payments by day and does not say in which zone: the day in Tashkent first, then its neighbours. */
async function belongsToReference(
  click: ConfirmHeldCapturesDeps["click"],
  account: MerchantAccount,
  { merchantTransId, prepareTime, clickPaydocId }: NamedCapture,
): Promise<boolean> {
  for (const offset of [0, -1, 1]) {
    const day = tashkentDay(new Date(prepareTime.getTime() + offset * DAY_MS));
    const reply = await click.paymentOfReference(account, merchantTransId, day);
    if (reply.kind === "DONE" && reply.clickPaymentId === clickPaydocId) return true;
  }
  return false;
}
