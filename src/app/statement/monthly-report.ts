import type { ServiceId } from "../../payment/ids.ts";
import type { LedgerKind } from "../../payment/ledger.ts";
import type { Period } from "../../payment/match-statement.ts";
import type { LedgerReader, LedgerTotal } from "../ledger/ledger-reader.ts";

/** What was booked, in tiyin: what went back is below 0. */
export interface Sums {
  readonly serviceId: ServiceId;
  /** What Click took, whoever's it is: money that an operator accepted for an order counts once. */
  readonly takenTiyin: bigint;
  readonly takenCount: number;
  readonly returnedTiyin: bigint;
  readonly returnedCount: number;
  readonly correctedTiyin: bigint;
  /** All of it: by this changed what Click holds. */
  readonly netTiyin: bigint;
  /** What of `netTiyin` buyers paid on top of their orders. */
  readonly feeTiyin: bigint;
}

export interface DaySums extends Sums {
  /** In Tashkent, `YYYY-MM-DD`. */
  readonly day: string;
}

export interface MonthlyReport {
  readonly days: readonly DaySums[];
  readonly services: readonly Sums[];
}

/** Sums up the ledger, per day and service and per service. */
export async function monthlyReport(
  { ledger }: { readonly ledger: Pick<LedgerReader, "totals"> },
  { period: { from, to }, serviceId }: { readonly period: Period; readonly serviceId: ServiceId | undefined },
): Promise<MonthlyReport> {
  const booked = await ledger.totals({ from, before: to, serviceId });
  // A restore leaves an entry of no service and no money.
  const totals = booked.filter((total) => total.serviceId !== NO_SERVICE);
  const days = grouped(totals, ({ day, serviceId: of }) => `${day} ${of}`).map((ones) => ({
    day: ones[0].day,
    ...sumsOf(ones),
  }));
  return { days, services: grouped(totals, ({ serviceId: of }) => of).map(sumsOf) };
}

const NO_SERVICE = "0";

type Totals = readonly [LedgerTotal, ...LedgerTotal[]];

/** In the order of their first ones. */
function grouped(totals: readonly LedgerTotal[], keyOf: (total: LedgerTotal) => string): readonly Totals[] {
  const groups = new Map<string, [LedgerTotal, ...LedgerTotal[]]>();
  for (const total of totals) {
    const group = groups.get(keyOf(total));
    if (group === undefined) groups.set(keyOf(total), [total]);
    else group.push(total);
  }
  return [...groups.values()];
}

const TAKEN: readonly LedgerKind[] = ["CAPTURED", "OWED", "ACCEPTED"];
const RETURNED: readonly LedgerKind[] = ["REFUNDED", "REVERSED"];

function sumsOf(totals: Totals): Sums {
  const of = (kinds: readonly LedgerKind[]) => totals.filter(({ kind }) => kinds.includes(kind));
  const tiyin = (ones: readonly LedgerTotal[]) => ones.reduce((sum, { amountTiyin }) => sum + amountTiyin, 0n);
  const count = (ones: readonly LedgerTotal[]) => ones.reduce((sum, { entryCount }) => sum + entryCount, 0);
  // Each acceptance is an entry of OWED as well, which takes back what is accepted.
  const accepted = count(of(["ACCEPTED"]));
  return {
    serviceId: totals[0].serviceId,
    takenTiyin: tiyin(of(TAKEN)),
    takenCount: count(of(["CAPTURED", "OWED"])) - accepted,
    returnedTiyin: tiyin(of(RETURNED)),
    returnedCount: count(of(RETURNED)),
    correctedTiyin: tiyin(of(["CORRECTION"])),
    netTiyin: tiyin(totals),
    feeTiyin: totals.reduce((sum, { feeTiyin }) => sum + feeTiyin, 0n),
  };
}
