import { randomInt } from "node:crypto";
import { ANSWER } from "../../protocol/answer.ts";
import { callbackForm, type OutgoingCallback, signCallback } from "../../protocol/callback-form.ts";
import { newProbeReference, PROBE_AMOUNT, PROBE_DETAIL } from "../../protocol/probe.ts";
import { isUnreadable, type MerchantAnswer, readAnswer } from "../../protocol/read-answer.ts";
import { tashkentTime } from "../../protocol/tashkent-time.ts";
import type { ClickService, ServiceMap } from "../services/click-service.ts";
import type { ShopModule } from "./ports.ts";
import { about, type SetupCheck } from "./setup-check.ts";

/** The two addresses of Click's cabinet. */
export interface CallbackUrls {
  readonly prepare: string;
  readonly complete: string;
}

export interface CallbackProbe {
  readonly module: ShopModule;
  readonly now: () => Date;
}

const SERVICES_ASKED_MAX = 10;
const NOT_ASKED = "the addresses were not given, so they were not called";
const GIVE_THEM = "check again with the two addresses that stand in Click's cabinet";
const MODULE_CANNOT_CALL =
  "look at the address and the token of click-bridge on the module's settings page, and at PHP's error log";
const WRONG_SIGNATURE = "0".repeat(32);

export function callbackHttps(urls: CallbackUrls | undefined): SetupCheck {
  const check = about("callback_https");
  if (urls === undefined) return check.unknown(NOT_ASKED, GIVE_THEM);
  const plain = [urls.prepare, urls.complete].filter((url) => new URL(url).protocol === "http:");
  return plain.length === 0
    ? check.ok("both addresses are https")
    : check.warning(
        "callbacks come over http: Click signs neither `error` nor `click_paydoc_id`, so anybody on the way can change them",
        "give the shop a certificate, and put https addresses into Click's cabinet",
      );
}

/** Sends, as Click would, a signed Prepare of each service for an order that cannot exist. It leaves no row. */
export async function callbackPrepare(
  probe: CallbackProbe,
  services: ServiceMap,
  urls: CallbackUrls | undefined,
): Promise<readonly SetupCheck[]> {
  if (urls === undefined) return [about("callback_prepare").unknown(NOT_ASKED, GIVE_THEM)];
  const asked = [...services.values()].slice(0, SERVICES_ASKED_MAX);
  if (asked.length === 0) return [about("callback_prepare").unknown("there is no service to sign for", "")];
  return Promise.all(asked.map((service) => prepareOf(probe, service, urls.prepare)));
}

async function prepareOf(probe: CallbackProbe, service: ClickService, url: string): Promise<SetupCheck> {
  const check = about("callback_prepare", `service ${service.serviceId}`);
  const form = signedPrepare(service, probe.now());
  if (form === undefined) return check.unknown(...notSignable(service));
  const answer = await ask(probe.module, url, form);
  if ("fault" in answer) return check.fault(answer.fault, "make the address answer here first, and then from outside");
  switch (answer.error) {
    case ANSWER.ORDER_NOT_FOUND:
      return answer.errorNote?.includes(PROBE_DETAIL)
        ? check.ok("a signed Prepare is answered by click-bridge")
        : check.fault(
            "something else than this click-bridge answers, with the same key",
            "take the other Click module's address out of Click's cabinet",
          );
    case ANSWER.SIGN_CHECK_FAILED:
      return service.override.callers.length > 0
        ? check.unknown("the service has an allow-list of callers, and this host is not on it", "")
        : check.fault(
            "the signature is refused: whoever answers there has another secret key",
            "see that the module calls this click-bridge, and that both see the same database",
          );
    case ANSWER.ACTION_NOT_FOUND:
      return check.fault("it is the Complete address", "swap the two addresses");
    default:
      return check.fault(...unexpected(answer));
  }
}

/** Sends a Complete with a wrong signature, and a signed Prepare to the wrong address. Neither leaves a row. */
export async function callbackComplete(
  probe: CallbackProbe,
  services: ServiceMap,
  urls: CallbackUrls | undefined,
): Promise<SetupCheck> {
  const check = about("callback_complete");
  if (urls === undefined) return check.unknown(NOT_ASKED, GIVE_THEM);
  const [service] = services.values();
  if (service === undefined) return check.unknown("there is no service to ask for", "");
  const complete = { ...probeCallback(service, probe.now()), action: "1", merchantPrepareId: "1" } as const;
  const answer = await ask(probe.module, urls.complete, callbackForm(complete, WRONG_SIGNATURE));
  if ("fault" in answer) return check.fault(answer.fault, "make the address answer here first, and then from outside");
  if (answer.error !== ANSWER.SIGN_CHECK_FAILED) return check.fault(...unexpected(answer));
  const isPrepares = urls.complete !== urls.prepare && (await takesPrepare(probe, service, urls.complete));
  return isPrepares
    ? check.fault("it is the Prepare address", "swap the two addresses")
    : check.ok("a Complete with a wrong signature is refused");
}

async function takesPrepare(probe: CallbackProbe, service: ClickService, url: string): Promise<boolean> {
  const form = signedPrepare(service, probe.now());
  const answer = form === undefined ? undefined : await ask(probe.module, url, form);
  return answer !== undefined && "error" in answer && answer.error === ANSWER.ORDER_NOT_FOUND;
}

function probeCallback({ serviceId }: ClickService, now: Date): OutgoingCallback {
  return {
    clickTransId: String(randomInt(1e11, 1e12)),
    serviceId,
    clickPaydocId: String(randomInt(1e11, 1e12)),
    merchantTransId: newProbeReference(),
    merchantPrepareId: undefined,
    amount: PROBE_AMOUNT,
    action: "0",
    error: 0,
    errorNote: "Success",
    signTime: tashkentTime(now),
  };
}

/** The form to send; undefined when it cannot be signed, or the signature would also sign a Complete. */
function signedPrepare(service: ClickService, now: Date): string | undefined {
  const [key] = service.secretKeys;
  if (key === undefined || service.override.dialect === "legacy") return undefined;
  const callback = probeCallback(service, now);
  return callbackForm(callback, signCallback(callback, key.reveal()));
}

function notSignable({ override }: ClickService): [string, string] {
  return override.dialect === "legacy"
    ? ["dialect legacy: its signature would be good for a Complete too, so nothing is sent", ""]
    : ["the service has no secret key", "see the check of its settings"];
}

const KNOWN_ANSWERS: readonly number[] = Object.values(ANSWER);

function unexpected({ error }: MerchantAnswer): [string, string] {
  if (error === ANSWER.UPDATE_FAILED) {
    return ["the module answers that it cannot reach click-bridge (-7)", MODULE_CANNOT_CALL];
  }
  const what = KNOWN_ANSWERS.includes(error) ? `error ${error}` : "an error that is none of Click's";
  return [`${what} was answered`, "see that click-bridge's own module stands at this address"];
}

/** The answer is judged but never shown, because the address may be any. */
async function ask(
  module: ShopModule,
  url: string,
  form: string,
): Promise<MerchantAnswer | { readonly fault: string }> {
  const reply = await module.post(url, form);
  if (reply.kind === "nothing") return { fault: reply.reason };
  if (reply.httpStatus !== 200) return { fault: `HTTP ${reply.httpStatus} was answered` };
  const answer = readAnswer(reply.body);
  return isUnreadable(answer) ? { fault: answer.unreadable } : answer;
}
