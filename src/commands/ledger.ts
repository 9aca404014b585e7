import { type Command, InvalidArgumentError, Option } from "commander";
import { listLedgerEntries } from "../app/ledger/list-ledger-entries.ts";
import { asOrderId, asPaymentId, asServiceId } from "../payment/ids.ts";
import { LEDGER_KINDS, type LedgerKind } from "../payment/ledger.ts";
import { DAY_MS, dayInTashkent } from "../protocol/tashkent-time.ts";
import { numberArgument } from "./arguments.ts";
import { printTable, toStdout } from "./print-table.ts";
import { textOfBigint } from "./text-of-bigint.ts";
import { withDeps } from "./with-deps.ts";

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 500;

/** Declares `ledger list` and `ledger totals`. */
export function register(program: Command): void {
  const ledger = program.command("ledger").description("what Click holds for the shop: every movement, and sums");
  ledger
    .command("list")
    .description("show entries, oldest first")
    .option("--from <day>", "booked on this day in Tashkent or later, YYYY-MM-DD", day)
    .option("--to <day>", "booked on this day in Tashkent or earlier", day)
    .addOption(new Option("--kind <kind>", "those of this kind").choices(LEDGER_KINDS))
    .option("--service <id>", "those of this service_id", numberArgument)
    .option("--order <id>", "those of this order of the shop", numberArgument)
    .option("--payment <id>", "those of this payment of the shop", numberArgument)
    .option("--limit <number>", "at most so many", numberArgument, String(LIMIT_DEFAULT))
    .option("--json", "print JSON")
    .action(list);
  ledger
    .command("totals")
    .description("sum up per day in Tashkent, service and kind")
    .requiredOption("--from <day>", "the first day, YYYY-MM-DD", day)
    .requiredOption("--to <day>", "the last day", day)
    .option("--service <id>", "of this service_id", numberArgument)
    .option("--json", "print JSON")
    .action(totals);
}

interface Range {
  readonly from?: Date;
  readonly to?: Date;
  readonly service?: string;
  readonly json?: true;
}

interface ListFlags extends Range {
  readonly kind?: LedgerKind;
  readonly order?: string;
  readonly payment?: string;
  readonly limit: string;
}

async function list({ from, to, kind, service, order, payment, limit, json }: ListFlags): Promise<void> {
  const filter = {
    bookedFrom: from,
    bookedBefore: to && dayAfter(to),
    kinds: kind === undefined ? [] : [kind],
    serviceId: service === undefined ? undefined : asServiceId(service),
    orderId: order === undefined ? undefined : asOrderId(Number(order)),
    paymentId: payment === undefined ? undefined : asPaymentId(Number(payment)),
  };
  const page = { filter, pageSize: Math.min(Number(limit), LIMIT_MAX), pageToken: "" };
  const { entries, nextPageToken } = await withDeps((deps) => listLedgerEntries(deps, page));
  if (json) return toStdout(JSON.stringify(entries, textOfBigint, 2));
  printTable(
    [
      "id",
      "booked",
      "kind",
      "tiyin",
      "fee",
      "service",
      "reference",
      "order",
      "payment",
      "click payment",
      "source",
      "by",
    ],
    entries.map((e) => [
      ...[String(e.id), e.bookedTime.toISOString(), e.kind, String(e.amountTiyin), String(e.feeTiyin), e.serviceId],
      ...[e.reference, String(e.orderId ?? ""), String(e.paymentId ?? ""), e.clickPaymentId ?? "", e.source, e.actor],
    ]),
  );
  if (nextPageToken !== "") toStdout(`\nThere are more: see --limit (at most ${LIMIT_MAX}) and the filters.`);
}

async function totals({ from = new Date(0), to = from, service, json }: Range): Promise<void> {
  const range = { from, before: dayAfter(to), serviceId: service === undefined ? undefined : asServiceId(service) };
  const found = await withDeps(({ ledger }) => ledger.totals(range));
  if (json) return toStdout(JSON.stringify(found, textOfBigint, 2));
  printTable(
    ["day", "service", "kind", "tiyin", "fee", "entries"],
    found.map((t) => [t.day, t.serviceId, t.kind, String(t.amountTiyin), String(t.feeTiyin), String(t.entryCount)]),
  );
  const sumTiyin = found.reduce((sum, { amountTiyin }) => sum + amountTiyin, 0n);
  toStdout(`\n${sumTiyin} tiyin in all: by so much changed what Click holds.`);
}

function dayAfter(begin: Date): Date {
  return new Date(begin.getTime() + DAY_MS);
}

function day(text: string): Date {
  const begin = dayInTashkent(text);
  if (begin === undefined) throw new InvalidArgumentError("It must be a day, YYYY-MM-DD.");
  return begin;
}
