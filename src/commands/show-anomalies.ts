import type { ToldAnomaly } from "../app/anomalies/anomaly-store.ts";
import { listAnomalies } from "../app/anomalies/list-anomalies.ts";
import { tellAnomalies } from "../app/anomalies/tell-anomalies.ts";
import type { AnomalyKind, AnomalyState } from "../payment/anomaly.ts";
import { asAnomalyId, asPaymentId, asServiceId } from "../payment/ids.ts";
import { printTable, toStdout } from "./print-table.ts";
import { textOfBigint } from "./text-of-bigint.ts";
import { withDeps } from "./with-deps.ts";

const EXIT_FAILED = 1;
export const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 500;

export interface ListFlags {
  readonly state: AnomalyState | "ALL";
  readonly kind?: AnomalyKind;
  readonly service?: string;
  readonly payment?: string;
  readonly limit: string;
  readonly json?: true;
}

export async function list({ state, kind, service, payment, limit, json }: ListFlags): Promise<void> {
  const filter = {
    state: state === "ALL" ? undefined : state,
    kind,
    serviceId: service === undefined ? undefined : asServiceId(service),
    paymentId: payment === undefined ? undefined : asPaymentId(Number(payment)),
  };
  const pageSize = Math.min(Number(limit), LIMIT_MAX);
  const { anomalies, nextPageToken } = await withDeps((deps) =>
    listAnomalies(deps, { filter, pageSize, pageToken: "" }),
  );
  if (json) return toStdout(JSON.stringify(anomalies, textOfBigint, 2));
  printTable(
    ["id", "state", "kind", "service", "payment", "attempt", "seen", "since"],
    anomalies.map((a) => [
      ...[String(a.id), a.state, a.kind, a.serviceId, String(a.paymentId ?? ""), String(a.attemptId ?? "")],
      ...[String(a.seenCount), a.createTime.toISOString()],
    ]),
  );
  if (nextPageToken !== "") toStdout(`\nThere are more: see --limit (at most ${LIMIT_MAX}) and the filters.`);
}

export async function show(id: string, { json }: { readonly json?: true }): Promise<void> {
  const found = await withDeps(async (deps) => {
    const anomaly = await deps.anomalies.find(asAnomalyId(Number(id)));
    const [told] = anomaly === undefined ? [] : await tellAnomalies(deps, [anomaly]);
    const payment = anomaly?.paymentId === undefined ? undefined : await deps.payments.find(anomaly.paymentId);
    return told && { anomaly: told, attempt: payment?.attempts.find((a) => a.id === told.attemptId) };
  });
  if (found === undefined) {
    console.error(`anomalies: there is no anomaly ${id}`);
    process.exitCode = EXIT_FAILED;
    return;
  }
  if (json) return toStdout(JSON.stringify(found, textOfBigint, 2));
  const { anomaly, attempt } = found;
  printAnomaly(anomaly);
  if (attempt === undefined) return;
  toStdout("\nattempt");
  printFields(attempt);
}

function printAnomaly({ decisions, detailJson, possibleResolutions, ...anomaly }: ToldAnomaly): void {
  const can = possibleResolutions.map(({ resolution, needsPaymentId }) =>
    needsPaymentId ? `${resolution} --payment …` : resolution,
  );
  printFields({ ...anomaly, ...(JSON.parse(detailJson) as object), resolutions: can.join(", ") || undefined });
  if (decisions.length === 0) return;
  toStdout("\ndecisions");
  printTable(
    ["time", "resolution", "user", "caller", "note"],
    decisions.map((d) => [d.createTime.toISOString(), d.resolution, d.userId, d.caller, d.note]),
  );
}

/** Prints one field per line, without absent ones. */
function printFields(fields: object): void {
  const shown = Object.entries(fields).filter(([, value]) => value !== undefined);
  const width = Math.max(...shown.map(([name]) => name.length));
  for (const [name, value] of shown)
    toStdout(`${name.padEnd(width)}  ${value instanceof Date ? value.toISOString() : value}`);
}
