import type { CallbackEvent } from "../../payment/callback-event.ts";
import {
  type CertificationPayment,
  type CertificationState,
  isOpenFor,
  judgeCertificationComplete,
  judgeCertificationPrepare,
} from "../../payment/certification.ts";
import type { ServiceId } from "../../payment/ids.ts";
import { ANSWER } from "../../protocol/answer.ts";
import type { Callback } from "../../protocol/callback.ts";
import type { ClickService } from "../services/click-service.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";
import { type CallbackOutcome, type CallbackRequest, outcome } from "./callback-outcome.ts";
import { callbackEvent } from "./callback-store.ts";
import { verifyTestCallback } from "./verify-callback.ts";

export interface CertificationStore {
  /** Stores that this click_trans_id belongs to the account, so that the same signed text, split differently, cannot pay an order. */
  remember(event: CallbackEvent): Promise<void>;
  /** The newest unfinished payment of this click_trans_id. */
  openOf(serviceId: ServiceId, clickTransId: string): Promise<CertificationPayment | undefined>;
  find(serviceId: ServiceId, id: number): Promise<CertificationPayment | undefined>;
  insert(serviceId: ServiceId, clickTransId: string, amountTiyin: bigint): Promise<number>;
  move(payment: CertificationPayment, next: CertificationState): Promise<void>;
  /** Whether an order or payment of the shop has this reference. */
  isAnOrders(reference: string): Promise<boolean>;
}

export interface CertificationDeps {
  readonly certification: CertificationStore;
  readonly now: () => Date;
}

interface Signed {
  readonly callback: Callback;
  readonly service: ClickService;
  /** Signed with the test secret: valid for nothing else, and its numbers are not Click's, so they are not stored. */
  readonly byTestSecret?: boolean;
}

type TestDeps = CertificationDeps & { readonly registry: ServiceRegistry };

/** Answers a Prepare signed with the test secret; undefined (a bad signature) when it is not, or when it is not for the account. */
export async function testPrepare(deps: TestDeps, request: CallbackRequest): Promise<CallbackOutcome | undefined> {
  const signed = await verifyTestCallback(deps.registry, { ...request, route: "prepare" });
  return signed && certificationPrepare(deps, request, { ...signed, byTestSecret: true });
}

/** The same for a Complete. */
export async function testComplete(deps: TestDeps, request: CallbackRequest): Promise<CallbackOutcome | undefined> {
  const signed = await verifyTestCallback(deps.registry, { ...request, route: "complete" });
  return signed && certificationComplete(deps, request, { ...signed, byTestSecret: true });
}

/** Answers a Prepare for the certification account; undefined for any other reference. */
export async function certificationPrepare(
  deps: CertificationDeps,
  { fields, callerAddress }: CallbackRequest,
  { callback, service, byTestSecret = false }: Signed,
): Promise<CallbackOutcome | undefined> {
  if (!(await isCertification(deps, service, callback))) return undefined;
  const { serviceId } = service;
  const { clickTransId } = callback.raw;
  if (!byTestSecret) await deps.certification.remember(callbackEvent({ serviceId, callback }, callerAddress));
  const open = await deps.certification.openOf(serviceId, clickTransId);
  const { answer, next } = judgeCertificationPrepare(callback, open);
  const made =
    next === "NEW" ? await deps.certification.insert(serviceId, clickTransId, callback.amountTiyin) : open?.id;
  const id = next === "NONE" ? undefined : made;
  return outcome(fields, { code: answer, id, idName: "merchant_prepare_id" }, { about: aboutOf(service) });
}

/** The same for a Complete. It never creates an order update. */
export async function certificationComplete(
  deps: CertificationDeps,
  { fields, callerAddress }: CallbackRequest,
  { callback, service, byTestSecret = false }: Signed,
): Promise<CallbackOutcome | undefined> {
  if (!(await isCertification(deps, service, callback))) return undefined;
  const { serviceId } = service;
  if (!byTestSecret) await deps.certification.remember(callbackEvent({ serviceId, callback }, callerAddress));
  const payment = await named(deps.certification, serviceId, callback);
  const { answer, next } = judgeCertificationComplete(callback, payment);
  if (payment !== undefined && next !== undefined) await deps.certification.move(payment, next);
  const id = answer === ANSWER.SUCCESS ? payment?.id : undefined;
  return outcome(fields, { code: answer, id, idName: "merchant_confirm_id" }, { about: aboutOf(service) });
}

/** The playground's answer to everything else; reads and stores nothing. */
export function notCertification({ fields }: CallbackRequest, answer: Parameters<typeof outcome>[1]): CallbackOutcome {
  const nobody = { serviceId: fields.serviceId, attemptId: undefined, paymentId: undefined, orderId: undefined };
  return outcome(fields, answer, {
    about: { ...nobody, why: "the playground answers for the certification account only" },
  });
}

async function isCertification(
  { certification, now }: CertificationDeps,
  { certification: account }: ClickService,
  { raw: { merchantTransId } }: Callback,
): Promise<boolean> {
  return isOpenFor(account, merchantTransId, now()) && !(await certification.isAnOrders(merchantTransId));
}

const ID_MAX = 2 ** 31 - 1;

function named(
  store: CertificationStore,
  serviceId: ServiceId,
  { merchantPrepareId, raw }: Callback,
): Promise<CertificationPayment | undefined> {
  if (merchantPrepareId === undefined) return store.openOf(serviceId, raw.clickTransId);
  const id = Number(merchantPrepareId);
  return String(id) === merchantPrepareId && id <= ID_MAX ? store.find(serviceId, id) : Promise.resolve(undefined);
}

function aboutOf({ serviceId }: ClickService): CallbackOutcome["about"] {
  const nobody = { attemptId: undefined, paymentId: undefined, orderId: undefined };
  return { serviceId, ...nobody, why: "the certification account: no order, no money" };
}
