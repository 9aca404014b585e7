import type { ClickApi, FiscalItem } from "../app/click/click-api.ts";
import { idNumber, type JsonField } from "./json-body.ts";
import type { MerchantCalls } from "./merchant-calls.ts";
import { isNothing, type JsonObject, readId, readText } from "./reply-fields.ts";

type Fiscal = Pick<ClickApi, "submitFiscalItems" | "submitFiscalQrCode" | "fiscalData">;

/** Receipts for the tax office. Sums are in tiyin, unlike in other calls (click-protocol.md 2.3). */
export function fiscal(calls: MerchantCalls): Fiscal {
  return {
    submitFiscalItems: (account, clickPaymentId, receipt) =>
      calls.mutate(account, {
        method: "POST",
        path: ["payment", "ofd_data", "submit_items"],
        body: {
          service_id: idNumber(account.serviceId),
          payment_id: idNumber(clickPaymentId),
          items: receipt.items.map(itemFields),
          received_ecash: receipt.receivedEcashTiyin,
          received_cash: receipt.receivedCashTiyin,
          received_card: receipt.receivedCardTiyin,
        },
        read: () => ({}),
      }),
    submitFiscalQrCode: (account, clickPaymentId, qrCodeUrl) =>
      calls.mutate(account, {
        method: "POST",
        path: ["payment", "ofd_data", "submit_qrcode"],
        body: { service_id: idNumber(account.serviceId), payment_id: idNumber(clickPaymentId), qrcode: qrCodeUrl },
        read: () => ({}),
      }),
    fiscalData: (account, clickPaymentId) =>
      calls.ask(account, {
        method: "GET",
        path: ["payment", "ofd_data", account.serviceId, clickPaymentId],
        withoutErrorCode: true,
        read: (body) => receiptOf(body, clickPaymentId),
      }),
  };
}

function itemFields(item: FiscalItem): JsonField {
  const { commission } = item;
  return {
    Name: item.name,
    Barcode: item.barcode,
    Labels: item.labels.length === 0 ? undefined : item.labels,
    SPIC: item.spic,
    Units: item.units,
    PackageCode: item.packageCode,
    GoodPrice: item.goodPriceTiyin,
    Price: item.priceTiyin,
    Amount: item.quantity,
    VAT: item.vatTiyin,
    VATPercent: item.vatPercent,
    Discount: item.discountTiyin,
    Other: item.otherTiyin,
    CommissionInfo: "tin" in commission ? { TIN: commission.tin } : { PINFL: commission.pinfl },
  };
}

/**
 * Click's example has camelCase and no error_code; other replies have snake_case. A body without payment and address, or about another
 * payment, is not an answer.
 */
function receiptOf(body: JsonObject, clickPaymentId: string): { readonly qrCodeUrl: string | undefined } | undefined {
  const id = body["paymentId"] ?? body["payment_id"];
  const qrCodeUrl = readText(body["qrCodeURL"] ?? body["qr_code_url"]);
  if (!isNothing(id) && readId(id) !== clickPaymentId) return undefined;
  const saysNothing = isNothing(id) && qrCodeUrl === "" && body["error_code"] === undefined;
  return saysNothing ? undefined : { qrCodeUrl: qrCodeUrl === "" ? undefined : qrCodeUrl };
}
