import { randomUUID } from "node:crypto";
import type { FiscalItem, SubmitItemsRequest } from "../../../src/gen/clickbridge/v1/fiscal_service.ts";

/** As the tax committee's QR codes hold it: made at 17:13:40 in Tashkent. */
export const RECEIPT_URL = "https://ofd.soliq.uz/epi?t=EZ000000000030&r=123456789&c=20261028171340&s=987654321098";

export const ITEM: FiscalItem = {
  name: "Чой кўк, пачка",
  barcode: "4780000000007",
  labels: ["010478000000000721abc"],
  spic: "00902001001000000",
  units: 1n,
  packageCode: "1500001",
  goodPriceTiyin: 50_000n,
  priceTiyin: 100_000n,
  quantity: 2n,
  vatTiyin: 10_714n,
  vatPercent: 12,
  discountTiyin: undefined,
  otherTiyin: undefined,
  commission: { $case: "tin", value: "123456789" },
};

/** A request that keeps every rule. */
export function newReceipt(change: Partial<SubmitItemsRequest> & { readonly paymentId: bigint }): SubmitItemsRequest {
  return {
    requestId: randomUUID(),
    attemptId: 0n,
    items: [ITEM],
    receivedEcashTiyin: 100_000n,
    receivedCashTiyin: 0n,
    receivedCardTiyin: 0n,
    userId: "",
    ...change,
  };
}
