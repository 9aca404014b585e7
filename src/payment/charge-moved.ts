import type { Charge } from "./charge.ts";
import type { Effect } from "./effects.ts";
import type { EventType } from "./event.ts";

/** The effects of a charge's transition: its row, the event of its end, and the anomaly of an unknown result. */
export function chargeMoved(next: Charge, before: Charge): readonly Effect[] {
  const row: Effect = { effect: "SetCharge", charge: next, from: before.state };
  // A confirmation alone does not end the charge.
  const type = next.state === before.state ? undefined : eventOf(next);
  if (type === undefined) return [row];
  const { id, kind, state, serviceId, paymentId, clickPaymentId, clickRefusal, clickErrorCode } = next;
  const amountTiyin = String(next.amountTiyin);
  const sums = { amountTiyin, feeTiyin: String(next.feeTiyin) };
  const payload = { kind, state, ...sums, clickPaymentId, clickRefusal, clickErrorCode };
  const event: Effect = { effect: "AppendEvent", type, aggregateId: id, serviceId, paymentId, payload };
  if (type !== "charge.unknown") return [row, event];
  const anomaly: Effect = {
    effect: "RaiseAnomaly",
    kind: "CHARGE_UNKNOWN",
    serviceId,
    subject: { chargeId: id },
    detail: { chargeId: id, kind, paymentId, amountTiyin },
    onRepeat: "COUNT_AND_OPEN",
  };
  return [row, event, anomaly];
}

function eventOf({ state }: Charge): EventType | undefined {
  switch (state) {
    case "DONE":
      return "charge.done";
    case "REFUSED":
    case "FAILED":
      return "charge.refused";
    case "UNKNOWN":
      return "charge.unknown";
    case "STORED":
    case "SENDING":
    case "PROCESSING":
      return undefined;
    default:
      return state satisfies never;
  }
}
