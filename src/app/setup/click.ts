import { newProbeReference } from "../../protocol/probe.ts";
import { accountOf, type ClickService, type ServiceMap } from "../services/click-service.ts";
import type { ClickAnswer, ClickProbe } from "./ports.ts";
import { about, type SetupCheck } from "./setup-check.ts";

const SERVICES_ASKED_MAX = 10;
const SERVER_FAULT_STATUS_MIN = 500;
/** Click's code for an unknown service (click-protocol.md 2). */
const CLICK_SERVICE_WRONG = -1;
/** Click does not document its tolerance; a host with NTP is within one second. */
const CLOCK_WARNING_SECONDS = 30;
const CLOCK_FAULT_SECONDS = 300;

/** Polls Click with each service's account about a payment that cannot exist; the answers also show Click's clock. */
export async function click(probe: ClickProbe, services: ServiceMap): Promise<readonly SetupCheck[]> {
  const asked = [...services.values()].slice(0, SERVICES_ASKED_MAX);
  if (asked.length === 0) return [about("click_api").unknown("there is no service to ask for", ""), clock([])];
  const answers = await Promise.all(asked.map((service) => askFor(probe, service)));
  return [...asked.map((service, index) => apiCheck(service, answers[index])), clock(answers)];
}

async function askFor(probe: ClickProbe, service: ClickService): Promise<ClickAnswer | undefined> {
  const account = accountOf(service);
  return account === undefined ? undefined : probe.ask(account, newProbeReference());
}

function apiCheck({ serviceId }: ClickService, answer: ClickAnswer | undefined): SetupCheck {
  const check = about("click_api", `service ${serviceId}`);
  if (answer === undefined)
    return check.unknown("the service has no complete account", "see the check of its settings");
  if (answer.kind === "NO_ANSWER") {
    return check.fault("Click's API cannot be reached", "let this host call api.click.uz by https, in its firewall");
  }
  const { httpStatus, errorCode } = answer;
  const code = errorCode === undefined ? "" : `, error_code ${errorCode}`;
  if (httpStatus === 401) {
    return check.fault(
      `Click refuses the account (HTTP 401${code})`,
      "compare CLICK_MERCHANT_USER_ID and CLICK_SECRET_KEY with Click's cabinet, and this host's clock with the time",
    );
  }
  if (httpStatus === 403) {
    return check.fault(
      `Click does not let this merchant ask (HTTP 403${code})`,
      "ask Click to open the Merchant API for the service, and this host's address if they keep a list",
    );
  }
  if (httpStatus >= SERVER_FAULT_STATUS_MIN || errorCode === undefined) {
    return check.unknown(`no answer of Click's own came (HTTP ${httpStatus}${code})`, "try again later");
  }
  return errorCode === CLICK_SERVICE_WRONG
    ? check.fault("Click does not know the service", "compare CLICK_SERVICE_ID with Click's cabinet")
    : check.ok("Click answers this account");
}

function clock(answers: readonly (ClickAnswer | undefined)[]): SetupCheck {
  const check = about("click_clock");
  const secondsOff = answers.map(offsetSeconds).find((seconds) => seconds !== undefined);
  if (secondsOff === undefined) return check.unknown("Click did not tell its time", "");
  const far = Math.abs(secondsOff);
  if (far <= CLOCK_WARNING_SECONDS) return check.ok("this host's clock and Click's agree");
  const what = `this host's clock is ${far} seconds ${secondsOff > 0 ? "ahead of" : "behind"} Click's`;
  const remedy = "keep the host's time by NTP (chrony or systemd-timesyncd): Click's Auth header carries it";
  return far > CLOCK_FAULT_SECONDS ? check.fault(what, remedy) : check.warning(what, remedy);
}

/** Our clock minus Click's: the smallest offset that the duration of the call allows. Click sends whole seconds. */
function offsetSeconds(answer: ClickAnswer | undefined): number | undefined {
  if (answer?.kind !== "ANSWER" || answer.clickTime === undefined) return undefined;
  const clickMs = answer.clickTime.getTime();
  const aheadMs = answer.askedTime.getTime() - (clickMs + 1_000);
  const behindMs = answer.answeredTime.getTime() - clickMs;
  if (aheadMs > 0) return Math.round(aheadMs / 1_000);
  return behindMs < 0 ? Math.round(behindMs / 1_000) : 0;
}
