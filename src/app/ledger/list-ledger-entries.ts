import { fail } from "../../payment/failure.ts";
import { asLedgerEntryId } from "../../payment/ids.ts";
import type { LedgerEntry } from "../../payment/ledger.ts";
import { pageTokens, rowsOfPage } from "../payments/page-token.ts";
import type { LedgerFilter, LedgerKey, LedgerReader } from "./ledger-reader.ts";

export interface LedgerEntryPage {
  readonly entries: readonly LedgerEntry[];
  /** Empty only on the last page. */
  readonly nextPageToken: string;
}

/** Lists entries by booking time, oldest first. A page token is valid only with the filters of its first page. */
export async function listLedgerEntries(
  deps: { readonly ledger: Pick<LedgerReader, "list"> },
  request: { readonly filter: LedgerFilter; readonly pageSize: number; readonly pageToken: string },
): Promise<LedgerEntryPage> {
  const tokens = pageTokens(request.filter);
  const after = request.pageToken === "" ? undefined : readKey(tokens.read(request.pageToken));
  const { entries, next } = await deps.ledger.list(request.filter, { after, limit: rowsOfPage(request.pageSize) });
  return { entries, nextPageToken: next === undefined ? "" : tokens.make([next.bookedTime.getTime(), next.id]) };
}

/** The latest time of a Date. */
const TIME_MS_MAX = 8_640_000_000_000_000;

function readKey([bookedMs, id]: readonly unknown[]): LedgerKey {
  const isKey = Number.isSafeInteger(bookedMs) && Number.isSafeInteger(id) && Math.abs(Number(bookedMs)) <= TIME_MS_MAX;
  return isKey
    ? { bookedTime: new Date(Number(bookedMs)), id: asLedgerEntryId(Number(id)) }
    : fail({ reason: "PAGE_TOKEN_INVALID" });
}
