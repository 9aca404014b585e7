import { CALLBACK_URL_RULE, isCallbackUrl } from "../../app/setup/callback-url.ts";
import type { CallbackUrls } from "../../app/setup/callbacks.ts";
import { type CheckSetupDeps, checkSetup } from "../../app/setup/check-setup.ts";
import { about, type CheckStatus, type SetupCheck } from "../../app/setup/setup-check.ts";
import {
  type SetupCheck as SetupCheckMessage,
  type SetupServiceServer,
  SetupCheck_Status as Status,
} from "../../gen/clickbridge/v1/setup_service.ts";
import { check } from "../server/check.ts";
import type { Guard } from "../server/unary.ts";

export type SetupServiceDeps = CheckSetupDeps;

const URLS_COUNT = 2;

/** SetupService: nothing is changed, everything is told. */
export function setupService(guard: Guard, deps: SetupServiceDeps): SetupServiceServer {
  return {
    checkSetup: guard("setup", async ({ callbackUrls }) => {
      const urls = callbackUrlsOf(callbackUrls);
      const service = [about("service").ok("it answers")];
      return { checks: (await checkSetup(deps, { service, urls })).map(toMessage) };
    }),
  };
}

function callbackUrlsOf(urls: readonly string[]): CallbackUrls | undefined {
  const rule = `must be none, or Prepare's and Complete's: ${CALLBACK_URL_RULE}`;
  const holds = (urls.length === 0 || urls.length === URLS_COUNT) && urls.every(isCallbackUrl);
  check(["callback_urls", holds, rule]);
  const [prepare, complete] = urls;
  return prepare === undefined || complete === undefined ? undefined : { prepare, complete };
}

const STATUS: Readonly<Record<CheckStatus, Status>> = {
  OK: Status.STATUS_OK,
  WARNING: Status.STATUS_WARNING,
  FAULT: Status.STATUS_FAULT,
  UNKNOWN: Status.STATUS_UNKNOWN,
};

function toMessage(found: SetupCheck): SetupCheckMessage {
  return { ...found, status: STATUS[found.status], link: found.link ?? "" };
}
