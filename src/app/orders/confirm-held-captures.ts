import { askAboutAttempt, type StatusApi } from "../payments/ask-click.ts";
import { accountOf } from "../services/click-service.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";
import type { HeldCapture, HeldCaptureStore } from "./held-capture.ts";

export interface ConfirmHeldCapturesDeps {
  readonly registry: ServiceRegistry;
  readonly held: HeldCaptureStore;
  readonly click: StatusApi;
}

const CAPTURES_A_ROUND_MAX = 20;

/**
 * Polls Click about captures whose callback is not proof enough (plain HTTP, dialect `legacy`): paid releases the order update, failed
 * withdraws it, anything else is polled again later. Safe to run twice at once: each step happens once.
 */
export async function confirmHeldCaptures(deps: ConfirmHeldCapturesDeps): Promise<void> {
  for (const capture of await deps.held.due(CAPTURES_A_ROUND_MAX)) await confirm(deps, capture);
}

async function confirm({ registry, held, click }: ConfirmHeldCapturesDeps, capture: HeldCapture): Promise<void> {
  const service = await registry.service(capture.serviceId);
  const account = service === undefined ? undefined : accountOf(service);
  const { clickPaymentId } = capture;
  if (account === undefined || clickPaymentId === undefined) return;
  const asked = {
    ...capture,
    clickPaydocId: clickPaymentId,
    clickPaymentId: undefined,
    createTime: capture.prepareTime,
  };
  const said = await askAboutAttempt(click, account, asked);
  if (said.kind !== "REPORTED") return;
  const named = { ...capture, clickPaymentId };
  if (said.status === "PAID") await held.release(named);
  else await held.withdraw(named);
}
