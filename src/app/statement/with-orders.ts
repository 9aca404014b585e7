import type { Difference } from "../../payment/match-statement.ts";
import type { ReferenceKind } from "../services/reference.ts";
import type { ShopOrder, StatementShop } from "./statement-stores.ts";

/** So many are looked up; whoever has more has the wrong file. */
const LOOKED_UP_MAX = 2_000;

/** Says the order of each difference, and of what only Click has whether the shop has such an order, and paid. */
export async function withOrders(
  shop: StatementShop,
  differences: readonly Difference[],
  kind: ReferenceKind,
): Promise<readonly Difference[]> {
  const open = differences.filter(({ orderNumber }) => orderNumber === undefined).slice(0, LOOKED_UP_MAX);
  const paymentIds = open.map(({ paymentId }) => paymentId).filter((id) => id !== undefined);
  const references = open
    .filter(({ paymentId }) => paymentId === undefined)
    .map(({ reference }) => reference)
    .filter((reference) => reference !== undefined);
  const byPayment = await shop.byPayment(paymentIds);
  const byReference = await shop.byReference(kind, references);
  const looked = new Set(open);
  return differences.map((difference) => {
    if (!looked.has(difference)) return difference;
    const { paymentId, reference = "" } = difference;
    const order = paymentId === undefined ? byReference.get(reference) : byPayment.get(paymentId);
    const { orderId, orderNumber } = order ?? difference;
    return { ...difference, orderId, orderNumber, reason: reasonOf(difference, order) };
  });
}

function reasonOf({ kind, reason, reference }: Difference, order: ShopOrder | undefined): Difference["reason"] {
  if (kind !== "ONLY_AT_CLICK" || reference === undefined) return reason;
  if (order === undefined) return "NO_SUCH_ORDER";
  return order.paid ? "PAID_OTHERWISE" : reason;
}
