import type { CompleteResponse } from "../../../src/gen/clickbridge/v1/callback_service.ts";
import type { OrderUpdate } from "../../../src/gen/clickbridge/v1/order_update.ts";
import { clickOver, newClickId } from "../click/click.ts";
import type { Clients } from "../service/service.ts";
import type { NewOrder, Shop, ShopOrder } from "./shop.ts";

/** A payment that Click took the money for. */
export interface Purchase {
  readonly order: ShopOrder;
  readonly attemptId: number;
  readonly clickTransId: string;
  readonly clickPaydocId: string;
  readonly completed: CompleteResponse;
}

/** Prepare and Complete of a new order. The order update is left to whoever claims it, unless it is wanted at once. */
export async function purchase(
  clients: Pick<Clients, "callbacks">,
  shop: Pick<Shop, "addOrder">,
  { order, leaveOrderUpdate = true }: { readonly order?: NewOrder; readonly leaveOrderUpdate?: boolean } = {},
): Promise<Purchase> {
  const click = clickOver(clients);
  const made = await shop.addOrder(order);
  const callback = {
    clickTransId: newClickId(),
    clickPaydocId: newClickId(),
    merchantTransId: made.number,
    amount: order?.sums?.[0] ?? "1000.00",
  };
  const { merchantPrepareId } = await click.prepare(callback);
  if (merchantPrepareId === undefined) throw new Error("a Prepare for a new order was refused");
  const completed = await click.complete({
    ...callback,
    merchantPrepareId: String(merchantPrepareId),
    leaveOrderUpdate,
  });
  return { ...callback, order: made, attemptId: merchantPrepareId, completed };
}

/** The update that came with the answer to a Complete. */
export function handedOut({ completed }: Purchase): OrderUpdate {
  if (completed.orderUpdate === undefined) throw new Error("the Complete handed out no order update");
  return completed.orderUpdate;
}
