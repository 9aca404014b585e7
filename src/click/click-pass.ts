import type { ClickApi, ClickPassPayment } from "../app/click/click-api.ts";
import { chargedPayment } from "./card-tokens.ts";
import { idNumber, soums } from "./json-body.ts";
import type { MerchantCalls } from "./merchant-calls.ts";
import { type JsonObject, readFlag, readMasked, readText } from "./reply-fields.ts";

type ClickPass = Pick<ClickApi, "chargeClickPass" | "confirmClickPass" | "setConfirmationMode">;

/** Payments by the code that a customer shows. Our reference is named `transaction_id` here and may be missing. */
export function clickPass(calls: MerchantCalls): ClickPass {
  return {
    chargeClickPass: (account, { otpData, amountTiyin, cashboxCode, reference }) =>
      calls.mutate(account, {
        method: "POST",
        path: ["click_pass", "payment"],
        body: {
          service_id: idNumber(account.serviceId),
          otp_data: otpData,
          amount: soums(amountTiyin),
          cashbox_code: cashboxCode,
          transaction_id: reference,
        },
        secrets: [otpData],
        read: passPayment,
      }),
    confirmClickPass: (account, clickPaymentId) =>
      calls.mutate(account, {
        method: "POST",
        path: ["click_pass", "confirm"],
        body: { service_id: idNumber(account.serviceId), payment_id: idNumber(clickPaymentId) },
        read: () => ({}),
      }),
    setConfirmationMode: (account, on) =>
      calls.mutate(account, {
        method: on ? "PUT" : "DELETE",
        path: ["click_pass", "confirmation", account.serviceId],
        read: () => ({}),
      }),
  };
}

function passPayment(body: JsonObject): ClickPassPayment | undefined {
  const charged = chargedPayment(body);
  if (charged === undefined) return undefined;
  return {
    ...charged,
    mustConfirm: readFlag(body["confirm_mode"]) ?? false,
    cardType: oneOf(["PRIVATE", "CORPORATE"], body["card_type"]),
    processing: oneOf(["UZCARD", "HUMO", "WALLET"], body["processing_type"]),
    maskedCardNumber: readMasked(body["card_number"]),
    maskedPhone: readMasked(body["phone_number"]),
  };
}

function oneOf<const T extends string>(values: readonly T[], value: unknown): T | undefined {
  const text = readText(value).toUpperCase();
  return values.find((known) => known === text);
}
