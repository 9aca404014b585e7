import { COLUMN_ROLES, type ColumnRole, type Columns, cellOf } from "../../app/statement/layout.ts";
import { type LayoutDecision, NO_COLUMN } from "../../app/statement/layout-decision.ts";
import type { Matched, MatchedFile, StatementFile } from "../../app/statement/match-statement-file.ts";
import { PERIOD_DAYS_MAX, periodOfDays } from "../../app/statement/period.ts";
import { statusKey } from "../../app/statement/statement-words.ts";
import type { MatchStatementRequest, MatchStatementResponse } from "../../gen/clickbridge/v1/ledger_service.ts";
import {
  StatementColumn_Role as Role,
  type StatementColumn,
  type StatementDifference,
  StatementDifference_Kind,
  StatementDifference_Reason,
  StatementStatus_Meaning,
  type StatementStatus as StatementStatusMessage,
  type StatementTotals,
} from "../../gen/clickbridge/v1/statement.ts";
import { asServiceId } from "../../payment/ids.ts";
import type { Difference, DifferenceKind, DifferenceReason } from "../../payment/match-statement.ts";
import type { StatementStatus } from "../../payment/statement.ts";
import { tashkentDay } from "../../protocol/tashkent-time.ts";
import { check, checkServiceId } from "../server/check.ts";

/** A response has a size, and whoever has more has the wrong file. */
const DIFFERENCES_MAX = 1_000;

const ROLE: Readonly<Record<ColumnRole, Role>> = {
  CLICK_PAYMENT_ID: Role.ROLE_CLICK_PAYMENT_ID,
  CLICK_TRANS_ID: Role.ROLE_CLICK_TRANS_ID,
  REFERENCE: Role.ROLE_REFERENCE,
  SERVICE_ID: Role.ROLE_SERVICE_ID,
  AMOUNT: Role.ROLE_AMOUNT,
  COMMISSION: Role.ROLE_COMMISSION,
  TIME: Role.ROLE_TIME,
  STATUS: Role.ROLE_STATUS,
};

const MEANING: Readonly<Record<StatementStatus, StatementStatus_Meaning>> = {
  PAID: StatementStatus_Meaning.MEANING_PAID,
  RETURNED: StatementStatus_Meaning.MEANING_RETURNED,
  UNPAID: StatementStatus_Meaning.MEANING_UNPAID,
};

const KIND: Readonly<Record<DifferenceKind, StatementDifference_Kind>> = {
  ONLY_AT_CLICK: StatementDifference_Kind.KIND_ONLY_AT_CLICK,
  ONLY_IN_LEDGER: StatementDifference_Kind.KIND_ONLY_IN_LEDGER,
  SUMS_DIFFER: StatementDifference_Kind.KIND_SUMS_DIFFER,
  PAID_WITHOUT_CLICK: StatementDifference_Kind.KIND_PAID_WITHOUT_CLICK,
};

const REASON: Readonly<Record<DifferenceReason, StatementDifference_Reason>> = {
  NOT_HEARD: StatementDifference_Reason.REASON_NOT_HEARD,
  PAID_OTHERWISE: StatementDifference_Reason.REASON_PAID_OTHERWISE,
  NO_SUCH_ORDER: StatementDifference_Reason.REASON_NO_SUCH_ORDER,
  NOT_IN_FILE: StatementDifference_Reason.REASON_NOT_IN_FILE,
  NEAR_EDGE: StatementDifference_Reason.REASON_NEAR_EDGE,
  NOT_PAID_AT_CLICK: StatementDifference_Reason.REASON_NOT_PAID_AT_CLICK,
  RETURNED_AT_CLICK: StatementDifference_Reason.REASON_RETURNED_AT_CLICK,
  RETURNED_IN_LEDGER: StatementDifference_Reason.REASON_RETURNED_IN_LEDGER,
  OTHER_SUM: StatementDifference_Reason.REASON_OTHER_SUM,
  MARKED_IN_SHOP: StatementDifference_Reason.REASON_MARKED_IN_SHOP,
  RETURNED_STILL_PAID: StatementDifference_Reason.REASON_RETURNED_STILL_PAID,
};

export function statementFileOf(request: MatchStatementRequest, caller: string): StatementFile {
  const { serviceId, file, firstDay, lastDay, columns, statuses } = request;
  const period = firstDay === "" && lastDay === "" ? undefined : periodOfDays(firstDay, lastDay);
  const roles = columns.map(({ role }) => nameIn(ROLE, role));
  check(
    checkServiceId(serviceId),
    [
      "last_day",
      (firstDay === "" && lastDay === "") || period !== undefined,
      `must be a day, YYYY-MM-DD, up to ${PERIOD_DAYS_MAX} days from first_day on`,
    ],
    ["columns", !roles.includes(undefined), "must have roles that are known"],
    ["columns", new Set(roles).size === roles.length, "must not have a role twice"],
    ["columns", columns.every(({ index }) => index >= 0), "must not have an index below 0"],
    [
      "statuses",
      statuses.every((one) => one.word.trim() !== "" && nameIn(MEANING, one.meaning) !== undefined),
      "must have words with a meaning",
    ],
  );
  return { serviceId: asServiceId(String(serviceId)), file, period, decision: decisionOf(request), caller };
}

/** Columns that are named are all that there are. */
function decisionOf({ confirmColumns, columns, statuses }: MatchStatementRequest): LayoutDecision | undefined {
  const isNamed = columns.length > 0;
  if (!confirmColumns && !isNamed && statuses.length === 0) return undefined;
  const none = Object.fromEntries(COLUMN_ROLES.map((role) => [role, NO_COLUMN])) as Columns;
  const named = Object.fromEntries(columns.map(({ role, index }) => [nameIn(ROLE, role), index])) as Columns;
  return {
    confirmed: confirmColumns || isNamed,
    changes: isNamed ? { ...none, ...named } : {},
    statuses: wordsOf(statuses),
  };
}

function wordsOf(statuses: readonly StatementStatusMessage[]): Record<string, StatementStatus> {
  return Object.fromEntries(
    statuses.map(({ word, meaning }) => [statusKey(word), nameIn(MEANING, meaning) ?? "UNPAID"]),
  );
}

function nameIn<Name extends string>(names: Readonly<Record<Name, number>>, value: number): Name | undefined {
  return (Object.keys(names) as Name[]).find((name) => names[name] === value);
}

export function toMatchResponse({ recognised, matched }: MatchedFile): MatchStatementResponse {
  const { headers, unknownStatuses } = recognised;
  const differences = matched?.differences ?? [];
  return {
    matched: matched !== undefined,
    columns: columnsOf(recognised),
    headers: [...headers],
    unknownStatuses: [...unknownStatuses],
    differences: differences.slice(0, DIFFERENCES_MAX).map(toDifference),
    omittedDifferenceCount: Math.max(differences.length - DIFFERENCES_MAX, 0),
    totals: matched === undefined ? undefined : toTotals(matched),
    firstDay: matched === undefined ? "" : tashkentDay(matched.period.from),
    lastDay: matched === undefined ? "" : tashkentDay(new Date(matched.period.to.getTime() - 1)),
  };
}

function columnsOf({ columns, headers, sample, proven }: MatchedFile["recognised"]): StatementColumn[] {
  return COLUMN_ROLES.flatMap((role) => {
    const index = columns[role];
    if (index === undefined) return [];
    const [header, isProven] = [headers[index] ?? "", proven.includes(role)];
    return [{ role: ROLE[role], index, header, sample: cellOf(sample, index), proven: isProven }];
  });
}

function toDifference(difference: Difference): StatementDifference {
  const { kind, reason, lines, orderId, paymentId, time } = difference;
  return {
    kind: KIND[kind],
    reason: REASON[reason],
    lines: [...lines],
    clickPaymentId: difference.clickPaymentId ?? "",
    clickTransId: difference.clickTransId ?? "",
    reference: difference.reference ?? "",
    orderId: BigInt(orderId ?? 0),
    paymentId: BigInt(paymentId ?? 0),
    orderNumber: difference.orderNumber ?? "",
    time,
    clickTiyin: difference.clickTiyin,
    ledgerTiyin: difference.ledgerTiyin,
    shopTiyin: difference.shopTiyin ?? 0n,
  };
}

function toTotals({ totals, equalCount, equalTiyin, outsideCount, otherServiceCount }: Matched): StatementTotals {
  return { ...totals, equalCount, equalTiyin, outsideCount, otherServiceCount };
}
