import type { Matched } from "../app/statement/match-statement-file.ts";
import type { DifferenceReason } from "../payment/match-statement.ts";
import { tashkentDay, tashkentTime } from "../protocol/tashkent-time.ts";
import type { Table } from "../spreadsheet/table.ts";

/** What a person does about it; docs/accounting.md says it at length. */
const WHAT_TO_DO: Readonly<Record<DifferenceReason, string>> = {
  NOT_HEARD: "ask Click: click-bridge reconcile, then deliver the order or give the money back",
  PAID_OTHERWISE: "the order was paid by other means as well: give Click's money back in its cabinet",
  NO_SUCH_ORDER: "find whose money it is in Click's cabinet: the shop has no such order",
  NOT_IN_FILE: "look Click's number up in its cabinet; check that the file is whole and of this service",
  NEAR_EDGE: "look in the file of the neighbouring month",
  NOT_PAID_AT_CLICK: "look Click's number up in its cabinet, then click-bridge reconcile",
  RETURNED_AT_CLICK: "somebody gave it back in Click's cabinet: click-bridge reconcile books it",
  RETURNED_IN_LEDGER: "look Click's number up in its cabinet: did the return reach Click?",
  OTHER_SUM: "ask Click's support for the payment: it took another sum than it told us",
  MARKED_IN_SHOP: "somebody marked the order paid: find the money, or set the payment back to unpaid",
  RETURNED_STILL_PAID: "the money went back: set the payment back to unpaid",
};

/** The differences, and what everything comes to. */
export function matchTables(matched: Matched): readonly Table[] {
  return [
    {
      name: "differences",
      head: [
        ...["kind", "reason", "order", "reference", "time", "at Click", "in the ledger", "in the shop"],
        ...["Click payment", "Click transaction", "lines", "what to do"],
      ],
      rows: matched.differences.map((one) => [
        one.kind,
        one.reason,
        one.orderNumber ?? "",
        one.reference ?? "",
        one.time === undefined ? "" : tashkentTime(one.time),
        one.clickTiyin,
        one.ledgerTiyin,
        one.shopTiyin ?? "",
        one.clickPaymentId ?? "",
        one.clickTransId ?? "",
        one.lines.join(", "),
        WHAT_TO_DO[one.reason],
      ]),
    },
    { name: "totals", head: ["total", "value"], rows: totalsOf(matched) },
  ];
}

function totalsOf(matched: Matched): Table["rows"] {
  const { totals, differences, equalCount, equalTiyin, period, outsideCount, otherServiceCount } = matched;
  const count = (kind: string) => differences.filter((one) => one.kind === kind).length;
  return [
    ["first day", tashkentDay(period.from)],
    ["last day", tashkentDay(new Date(period.to.getTime() - 1))],
    ["lines of Click's file", totals.lineCount],
    ["lines that stand there twice", totals.duplicateCount],
    ["lines of other days", outsideCount],
    ["lines of other services", otherServiceCount],
    ["equal", equalCount],
    ["equal, sum", equalTiyin],
    ["only at Click", count("ONLY_AT_CLICK")],
    ["only in the ledger", count("ONLY_IN_LEDGER")],
    ["sums differ", count("SUMS_DIFFER")],
    ["paid in the shop without Click", count("PAID_WITHOUT_CLICK")],
    ["Click's file, sum", totals.clickTiyin],
    ["the ledger, sum", totals.ledgerTiyin],
    ["Click's file less the ledger", totals.clickTiyin - totals.ledgerTiyin],
    ["Click's commission", totals.commissionTiyin],
    ["fees that buyers paid", totals.feeTiyin],
  ];
}
