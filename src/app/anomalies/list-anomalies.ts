import { fail } from "../../payment/failure.ts";
import { type AnomalyId, asAnomalyId } from "../../payment/ids.ts";
import { pageTokens, rowsOfPage } from "../payments/page-token.ts";
import type { AnomalyFilter, AnomalyStore, ToldAnomaly } from "./anomaly-store.ts";
import { type TellAnomaliesDeps, tellAnomalies } from "./tell-anomalies.ts";

export interface AnomalyPage {
  readonly anomalies: readonly ToldAnomaly[];
  /** Empty only on the last page. */
  readonly nextPageToken: string;
}

/** Lists anomalies, newest first. A page token is valid only with the filters of its first page. */
export async function listAnomalies(
  deps: TellAnomaliesDeps & { readonly anomalies: Pick<AnomalyStore, "list"> },
  request: { readonly filter: AnomalyFilter; readonly pageSize: number; readonly pageToken: string },
): Promise<AnomalyPage> {
  const tokens = pageTokens(request.filter);
  const before = request.pageToken === "" ? undefined : readKey(tokens.read(request.pageToken));
  const limit = rowsOfPage(request.pageSize);
  const found = await deps.anomalies.list(request.filter, { before, limit: limit + 1 });
  const anomalies = found.slice(0, limit);
  const last = anomalies.at(-1);
  const told = await tellAnomalies(deps, anomalies);
  return { anomalies: told, nextPageToken: found.length > limit && last !== undefined ? tokens.make([last.id]) : "" };
}

function readKey([id]: readonly unknown[]): AnomalyId {
  return Number.isSafeInteger(id) ? asAnomalyId(Number(id)) : fail({ reason: "PAGE_TOKEN_INVALID" });
}
