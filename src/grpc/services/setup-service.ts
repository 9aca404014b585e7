import { CALLBACK_URL_RULE, isCallbackUrl } from "../../app/setup/callback-url.ts";
import type { CallbackUrls } from "../../app/setup/callbacks.ts";
import { type CheckSetupDeps, checkSetup } from "../../app/setup/check-setup.ts";
import {
  type CurrencyProblem as Problem,
  planCurrency,
  type CurrencyRepair as Repair,
} from "../../app/setup/currency-repair.ts";
import { NotReadable } from "../../app/setup/ports.ts";
import { moduleVersion } from "../../app/setup/server-version.ts";
import { about, type CheckStatus, type SetupCheck } from "../../app/setup/setup-check.ts";
import {
  CurrencyProblem,
  CurrencyProblem_Kind,
  CurrencyRepair,
  CurrencyRepair_Kind,
  type SetupCheck as SetupCheckMessage,
  type SetupServiceServer,
  SetupCheck_Status as Status,
} from "../../gen/clickbridge/v1/setup_service.ts";
import { FailureError } from "../../payment/failure.ts";
import { check } from "../server/check.ts";
import type { Guard } from "../server/unary.ts";

export type SetupServiceDeps = CheckSetupDeps;

const URLS_COUNT = 2;

/** SetupService: reports on the setup and changes nothing. */
export function setupService(guard: Guard, deps: SetupServiceDeps): SetupServiceServer {
  return {
    checkSetup: guard("setup", async ({ callbackUrls }, context) => {
      const urls = callbackUrlsOf(callbackUrls);
      const service = [about("service").ok("it answers"), ...moduleVersion(context.moduleVersion)];
      return { checks: (await checkSetup(deps, { service, urls })).map(toMessage) };
    }),
    planCurrency: guard("checkout", async () => {
      const { repairs, problems } = await readable(() => planCurrency(deps.setup));
      return { repairs: repairs.map(toRepair), problems: problems.map(toProblem) };
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

const REPAIR: Readonly<Record<Repair["kind"], CurrencyRepair_Kind>> = {
  ADD_CURRENCY: CurrencyRepair_Kind.KIND_ADD_CURRENCY,
  UPDATE_CURRENCY: CurrencyRepair_Kind.KIND_UPDATE_CURRENCY,
  ADD_FORMAT: CurrencyRepair_Kind.KIND_ADD_FORMAT,
  UPDATE_FORMAT: CurrencyRepair_Kind.KIND_UPDATE_FORMAT,
  RESTRICT: CurrencyRepair_Kind.KIND_RESTRICT,
};

const PROBLEM: Readonly<Record<Problem["kind"], CurrencyProblem_Kind>> = {
  NO_BASE: CurrencyProblem_Kind.KIND_NO_BASE,
  NO_RATE: CurrencyProblem_Kind.KIND_NO_RATE,
  KEPT_OUT: CurrencyProblem_Kind.KIND_KEPT_OUT,
};

const DONE: Readonly<Record<Repair["kind"], string>> = {
  ADD_CURRENCY: "ADDED",
  UPDATE_CURRENCY: "CODE_CHANGED",
  ADD_FORMAT: "FORMAT_ADDED",
  UPDATE_FORMAT: "FORMAT_CHANGED",
  RESTRICT: "RESTRICTED",
};

function toRepair(repair: Repair): CurrencyRepair {
  const kind = REPAIR[repair.kind];
  const message = DONE[repair.kind];
  if (repair.kind === "RESTRICT") {
    const { paySystemId, restrictionId = 0 } = repair;
    const words = { ID: String(paySystemId) };
    const ids = { paySystemId: BigInt(paySystemId), restrictionId: BigInt(restrictionId) };
    return CurrencyRepair.fromPartial({ kind, ...ids, message, words });
  }
  const before = "before" in repair ? { OLD: repair.before } : {};
  const words = "language" in repair ? { LANGUAGE: repair.language } : before;
  return CurrencyRepair.fromPartial({ ...repair, kind, message, words });
}

function toProblem(problem: Problem): CurrencyProblem {
  const kind = PROBLEM[problem.kind];
  const message = problem.kind;
  switch (problem.kind) {
    case "NO_BASE":
      return CurrencyProblem.fromPartial({ kind, message });
    case "NO_RATE": {
      const { count, amount, base } = problem;
      const words = { COUNT: count, AMOUNT: amount, BASE: base };
      return CurrencyProblem.fromPartial({ kind, count, amount, base, message, words });
    }
    case "KEPT_OUT": {
      const words = { ID: String(problem.paySystemId) };
      return CurrencyProblem.fromPartial({ kind, paySystemId: BigInt(problem.paySystemId), message, words });
    }
    default:
      return problem satisfies never;
  }
}

/** The database user may lack rights that only these checks need. */
async function readable<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    throw error instanceof NotReadable ? new FailureError({ reason: "DATABASE_UNAVAILABLE" }, { cause: error }) : error;
  }
}
