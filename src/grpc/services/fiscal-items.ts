import type { FiscalItem, FiscalReceipt } from "../../app/click/click-api.ts";
import type { FiscalItem as ItemMessage, SubmitItemsRequest } from "../../gen/clickbridge/v1/fiscal_service.ts";
import { type Check, characterCount } from "../server/check.ts";

/** Click's limits in characters (click-protocol.md 2.3); the number of items is our limit, because Click documents none. */
const ITEMS_MAX = 500;
const NAME_CHARACTERS_MAX = 63;
const BARCODE_CHARACTERS_MAX = 13;
const LABELS_MAX = 300;
const LABEL_CHARACTERS_MAX = 21;
const PACKAGE_CODE_CHARACTERS_MAX = 20;
const VAT_PERCENT_MAX = 100;
const SPIC = /^\d{17}$/;
const TIN = /^\d{9}$/;
const PINFL = /^\d{14}$/;

const NOT_BELOW_0 = "must not be below 0";

/** All rules of a receipt, with the paths of their fields. Click does not document that `received_*` must equal the sum of the lines. */
export function receiptChecks(request: SubmitItemsRequest): readonly Check[] {
  const { items } = request;
  return [
    ["items", items.length >= 1 && items.length <= ITEMS_MAX, `must be 1 … ${ITEMS_MAX}`],
    ...items.slice(0, ITEMS_MAX).flatMap((item, index) => itemChecks(item, `items[${index}]`)),
    ["received_ecash_tiyin", request.receivedEcashTiyin >= 0n, NOT_BELOW_0],
    ["received_cash_tiyin", request.receivedCashTiyin >= 0n, NOT_BELOW_0],
    ["received_card_tiyin", request.receivedCardTiyin >= 0n, NOT_BELOW_0],
  ];
}

function itemChecks(item: ItemMessage, path: string): readonly Check[] {
  const { vatPercent } = item;
  return [
    lengthCheck(`${path}.name`, item.name, 1, NAME_CHARACTERS_MAX),
    lengthCheck(`${path}.barcode`, item.barcode, 0, BARCODE_CHARACTERS_MAX),
    [`${path}.labels`, item.labels.length <= LABELS_MAX, `must be at most ${LABELS_MAX}`],
    ...item.labels
      .slice(0, LABELS_MAX)
      .map((label, index) => lengthCheck(`${path}.labels[${index}]`, label, 1, LABEL_CHARACTERS_MAX)),
    [`${path}.spic`, SPIC.test(item.spic), "must have 17 digits"],
    [`${path}.units`, (item.units ?? 0n) >= 0n, NOT_BELOW_0],
    lengthCheck(`${path}.package_code`, item.packageCode, 1, PACKAGE_CODE_CHARACTERS_MAX),
    [`${path}.good_price_tiyin`, (item.goodPriceTiyin ?? 0n) >= 0n, NOT_BELOW_0],
    [`${path}.price_tiyin`, item.priceTiyin >= 0n, NOT_BELOW_0],
    [`${path}.quantity`, item.quantity > 0n, "must be above 0"],
    [`${path}.vat_tiyin`, item.vatTiyin >= 0n, NOT_BELOW_0],
    [`${path}.vat_percent`, vatPercent >= 0 && vatPercent <= VAT_PERCENT_MAX, `must be 0 … ${VAT_PERCENT_MAX}`],
    [`${path}.discount_tiyin`, (item.discountTiyin ?? 0n) >= 0n, NOT_BELOW_0],
    [`${path}.other_tiyin`, (item.otherTiyin ?? 0n) >= 0n, NOT_BELOW_0],
    commissionCheck(item.commission, path),
  ];
}

function lengthCheck(field: string, text: string, min: number, max: number): Check {
  const count = characterCount(text);
  return [field, count >= min && count <= max, `must have ${min} … ${max} characters`];
}

function commissionCheck(commission: ItemMessage["commission"], path: string): Check {
  switch (commission?.$case) {
    case "tin":
      return [`${path}.tin`, TIN.test(commission.value), "must have 9 digits"];
    case "pinfl":
      return [`${path}.pinfl`, PINFL.test(commission.value), "must have 14 digits"];
    default:
      return [`${path}.commission`, false, "must be a tin or a pinfl"];
  }
}

/** The receipt of a valid request. */
export function toReceipt(request: SubmitItemsRequest): FiscalReceipt {
  const { receivedEcashTiyin, receivedCashTiyin, receivedCardTiyin } = request;
  return { items: request.items.map(toItem), receivedEcashTiyin, receivedCashTiyin, receivedCardTiyin };
}

function toItem(item: ItemMessage): FiscalItem {
  const { name, labels, spic, units, packageCode, goodPriceTiyin, priceTiyin, quantity } = item;
  const { vatTiyin, vatPercent, discountTiyin, otherTiyin, commission } = item;
  return {
    ...{ name, labels, spic, units, packageCode, goodPriceTiyin, priceTiyin, quantity },
    ...{ vatTiyin, vatPercent, discountTiyin, otherTiyin },
    barcode: item.barcode || undefined,
    commission: commission?.$case === "pinfl" ? { pinfl: commission.value } : { tin: commission?.value ?? "" },
  };
}
