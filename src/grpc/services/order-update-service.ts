import {
  acknowledgeOrderUpdate,
  claimOrderUpdates,
  type OrderUpdateDeps,
  startOrderUpdate,
} from "../../app/orders/order-updates.ts";
import {
  type AcknowledgeOrderUpdateRequest,
  type OrderUpdateServiceServer,
  AcknowledgeOrderUpdateRequest_Outcome as Outcome,
  AcknowledgeOrderUpdateRequest_Refusal as Refusal,
} from "../../gen/clickbridge/v1/order_update_service.ts";
import type { ApplyOutcome, ApplyRefusal } from "../../payment/order-update.ts";
import { check, isOrderUpdateId, orderUpdateIdOf } from "../server/check.ts";
import type { Guard } from "../server/unary.ts";
import { toOrderUpdate } from "./order-update-message.ts";

const ID_RULE = "must be above 0";

/** OrderUpdateService: how Bitrix gets its order updates. */
export function orderUpdateService(guard: Guard, deps: OrderUpdateDeps): OrderUpdateServiceServer {
  return {
    claimOrderUpdates: guard("updates", async ({ limit }) => {
      check(["limit", limit >= 0, "must not be below 0"]);
      return { orderUpdates: (await claimOrderUpdates(deps, limit)).map(toOrderUpdate) };
    }),
    startOrderUpdate: guard("updates", async ({ orderUpdateId, token }) => {
      check(
        ["order_update_id", isOrderUpdateId(orderUpdateId), ID_RULE],
        ["token", token !== "", "must be the one that came with the update"],
      );
      return startOrderUpdate(deps, { orderUpdateId: orderUpdateIdOf(orderUpdateId), token });
    }),
    acknowledgeOrderUpdate: guard("updates", async (request, { log }) => {
      const outcome = outcomeOf(request);
      const { orderUpdateId, token } = request;
      const acknowledgement = { orderUpdateId: orderUpdateIdOf(orderUpdateId), token, outcome };
      const finished = await acknowledgeOrderUpdate(deps, acknowledgement);
      const refusal = outcome.kind === "REFUSED" ? outcome.refusal : undefined;
      log.info({ orderUpdateId: acknowledgement.orderUpdateId, outcome: outcome.kind, refusal }, "order update");
      return { finished };
    }),
  };
}

const REFUSALS: ReadonlyMap<Refusal, ApplyRefusal> = new Map([
  [Refusal.REFUSAL_AMOUNT_CHANGED, "AMOUNT_CHANGED"],
  [Refusal.REFUSAL_CURRENCY_CHANGED, "CURRENCY_CHANGED"],
  [Refusal.REFUSAL_PAID_OTHERWISE, "PAID_OTHERWISE"],
  [Refusal.REFUSAL_ORDER_CANCELLED, "ORDER_CANCELLED"],
  [Refusal.REFUSAL_ORDER_NOT_FOUND, "ORDER_NOT_FOUND"],
  [Refusal.REFUSAL_PAYMENT_RETURNED, "PAYMENT_RETURNED"],
]);

/** Enum values of a newer peer arrive as plain numbers: an unknown one is refused. */
function outcomeOf(request: AcknowledgeOrderUpdateRequest): ApplyOutcome {
  const { orderUpdateId, outcome, refusal, detail, token, inParts } = request;
  const known: readonly number[] = [Outcome.OUTCOME_APPLIED, Outcome.OUTCOME_REFUSED, Outcome.OUTCOME_RETRY];
  const reason = REFUSALS.get(refusal);
  const refused = outcome === Outcome.OUTCOME_REFUSED;
  const isOld = refused && refusal === Refusal.REFUSAL_KIND_UNKNOWN;
  check(
    ["order_update_id", isOrderUpdateId(orderUpdateId), ID_RULE],
    ["outcome", known.includes(outcome), "must be APPLIED, REFUSED or RETRY"],
    ["token", token !== "" || outcome === Outcome.OUTCOME_APPLIED, "may be empty only with APPLIED"],
    ["refusal", !refused || isOld || reason !== undefined, "must name a reason with REFUSED"],
    ["refusal", refused || refusal === Refusal.REFUSAL_UNSPECIFIED, "goes only with REFUSED"],
    ["in_parts", !inParts || outcome === Outcome.OUTCOME_APPLIED, "goes only with APPLIED"],
  );
  if (isOld) return { kind: "KIND_UNKNOWN", detail };
  if (refused && reason !== undefined) return { kind: "REFUSED", refusal: reason, detail };
  return outcome === Outcome.OUTCOME_APPLIED ? { kind: "APPLIED", inParts, detail } : { kind: "RETRY", detail };
}
