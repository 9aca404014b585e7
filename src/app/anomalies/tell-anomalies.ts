import type { Anomaly } from "../../payment/anomaly.ts";
import { possibleResolutions, type Situation } from "../../payment/possible-resolutions.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";
import type { AnomalyStore, ToldAnomaly } from "./anomaly-store.ts";

export interface TellAnomaliesDeps {
  readonly anomalies: Pick<AnomalyStore, "situations">;
  readonly registry: ServiceRegistry;
}

/** Adds the possible resolutions to each open anomaly. */
export async function tellAnomalies(
  deps: TellAnomaliesDeps,
  anomalies: readonly Anomaly[],
): Promise<readonly ToldAnomaly[]> {
  const open = anomalies.filter(({ state }) => state === "OPEN");
  const situations = await deps.anomalies.situations(open);
  return Promise.all(anomalies.map((anomaly) => tell(deps, anomaly, situations[open.indexOf(anomaly)])));
}

async function tell(
  { registry }: TellAnomaliesDeps,
  anomaly: Anomaly,
  situation: Situation | undefined,
): Promise<ToldAnomaly> {
  if (situation === undefined) return { ...anomaly, possibleResolutions: [] };
  const service = await registry.service(anomaly.serviceId);
  const rules = { partialRefund: service?.override.partialRefund ?? false };
  return { ...anomaly, possibleResolutions: possibleResolutions(anomaly.id, situation, rules) };
}
