import type { LedgerFilter, LedgerRange, LedgerReader } from "../../app/ledger/ledger-reader.ts";
import { listLedgerEntries } from "../../app/ledger/list-ledger-entries.ts";
import { type MatchStatementDeps, matchStatementFile } from "../../app/statement/match-statement-file.ts";
import type { OneAtATime } from "../../app/statement/one-at-a-time.ts";
import type {
  GetTotalsRequest,
  LedgerServiceServer,
  ListLedgerEntriesRequest,
} from "../../gen/clickbridge/v1/ledger_service.ts";
import { asOrderId, asPaymentId, asServiceId } from "../../payment/ids.ts";
import { DAY_MS, dayInTashkent } from "../../protocol/tashkent-time.ts";
import { check, checkServiceIdFilter, checkShopIdFilter } from "../server/check.ts";
import type { Guard } from "../server/unary.ts";
import { ledgerKindOf, toLedgerEntry, toLedgerTotal } from "./ledger-message.ts";
import { statementFileOf, toMatchResponse } from "./statement-message.ts";

export interface LedgerServiceDeps extends MatchStatementDeps {
  readonly ledger: LedgerReader;
  readonly oneMatch: OneAtATime;
}

/** LedgerService: the money that Click holds for the shop, and its movements. */
export function ledgerService(guard: Guard, deps: LedgerServiceDeps): LedgerServiceServer {
  return {
    listLedgerEntries: guard("read", async (request) => {
      const { pageSize, pageToken } = request;
      const page = await listLedgerEntries(deps, { filter: filterOf(request), pageSize, pageToken });
      return { entries: page.entries.map(toLedgerEntry), nextPageToken: page.nextPageToken };
    }),
    getTotals: guard("read", async (request) => {
      const totals = await deps.ledger.totals(rangeOf(request));
      return { totals: totals.map(toLedgerTotal) };
    }),
    matchStatement: guard("read", (request, { caller }) =>
      deps.oneMatch(async () => toMatchResponse(await matchStatementFile(deps, statementFileOf(request, caller.name)))),
    ),
  };
}

const CLICK_ID = /^[1-9]\d{0,17}$/;
const DAYS_MAX = 400;

function filterOf(request: ListLedgerEntriesRequest): LedgerFilter {
  const { pageSize, serviceId, orderId, paymentId, clickPaymentId } = request;
  const kinds = request.kinds.map(ledgerKindOf);
  check(
    ["page_size", pageSize >= 0, "must not be below 0"],
    checkServiceIdFilter(serviceId),
    checkShopIdFilter("order_id", orderId),
    checkShopIdFilter("payment_id", paymentId),
    ["kinds", !kinds.includes(undefined), "must be kinds of entries"],
    ["click_payment_id", clickPaymentId === "" || CLICK_ID.test(clickPaymentId), "must be a number of Click's"],
  );
  return {
    bookedFrom: request.bookedFromTime,
    bookedBefore: request.bookedBeforeTime,
    serviceId: serviceId === 0n ? undefined : asServiceId(String(serviceId)),
    orderId: orderId === 0n ? undefined : asOrderId(Number(orderId)),
    paymentId: paymentId === 0n ? undefined : asPaymentId(Number(paymentId)),
    clickPaymentId: clickPaymentId || undefined,
    kinds: kinds.filter((kind) => kind !== undefined),
  };
}

function rangeOf({ firstDay, lastDay, serviceId }: GetTotalsRequest): LedgerRange {
  const [first, last] = [dayInTashkent(firstDay), dayInTashkent(lastDay)];
  const days = first && last ? (last.getTime() - first.getTime()) / DAY_MS + 1 : undefined;
  check(
    ["first_day", first !== undefined, "must be a day, YYYY-MM-DD"],
    ["last_day", last !== undefined, "must be a day, YYYY-MM-DD"],
    ["last_day", days === undefined || days >= 1, "must not be before first_day"],
    ["last_day", days === undefined || days <= DAYS_MAX, `must be at most ${DAYS_MAX} days from first_day on`],
    checkServiceIdFilter(serviceId),
  );
  return {
    from: first ?? new Date(0),
    before: new Date((last ?? new Date(0)).getTime() + DAY_MS),
    serviceId: serviceId === 0n ? undefined : asServiceId(String(serviceId)),
  };
}
