import type { ClickApi, ClickPaymentStatus } from "../app/click/click-api.ts";
import { Secret } from "../protocol/secret.ts";
import { codeNumber, idNumber, soums } from "./json-body.ts";
import type { MerchantCalls } from "./merchant-calls.ts";
import { type JsonObject, readFlag, readId, readMasked, readPaymentStatus, readText } from "./reply-fields.ts";

type CardTokens = Pick<ClickApi, "requestCardToken" | "verifyCardToken" | "chargeCardToken" | "deleteCardToken">;

/** Saved cards of customers. Our reference is named `transaction_parameter` here. */
export function cardTokens(calls: MerchantCalls): CardTokens {
  return {
    requestCardToken: (account, { cardNumber, expireDate, temporary }) =>
      calls.mutate(account, {
        method: "POST",
        path: ["card_token", "request"],
        body: {
          service_id: idNumber(account.serviceId),
          card_number: cardNumber,
          expire_date: expireDate,
          temporary: temporary ? 1 : 0,
        },
        secrets: [cardNumber, expireDate],
        read: (body) => {
          const cardToken = readText(body["card_token"]);
          if (cardToken === "") return undefined;
          const maskedPhone = readMasked(body["phone_number"]);
          return {
            cardToken: new Secret(cardToken),
            maskedPhone,
            temporary: readFlag(body["temporary"]) ?? temporary,
          };
        },
      }),
    verifyCardToken: (account, { cardToken, smsCode }) =>
      calls.mutate(account, {
        method: "POST",
        path: ["card_token", "verify"],
        body: { service_id: idNumber(account.serviceId), card_token: cardToken, sms_code: codeNumber(smsCode) },
        secrets: [cardToken, smsCode],
        read: (body) => ({ maskedCardNumber: readMasked(body["card_number"]) }),
      }),
    chargeCardToken: (account, { cardToken, amountTiyin, reference }) =>
      calls.mutate(account, {
        method: "POST",
        path: ["card_token", "payment"],
        body: {
          service_id: idNumber(account.serviceId),
          card_token: cardToken,
          amount: soums(amountTiyin),
          transaction_parameter: reference,
        },
        secrets: [cardToken],
        read: chargedPayment,
      }),
    deleteCardToken: (account, cardToken) =>
      calls.mutate(account, {
        method: "DELETE",
        path: ["card_token", account.serviceId, cardToken],
        secrets: [cardToken],
        read: () => ({}),
      }),
  };
}

/** A created payment in any status. Without its number the result is unknown. */
export function chargedPayment(
  body: JsonObject,
): { readonly clickPaymentId: string; readonly status: ClickPaymentStatus } | undefined {
  const clickPaymentId = readId(body["payment_id"]);
  if (clickPaymentId === undefined) return undefined;
  return { clickPaymentId, status: readPaymentStatus(body["payment_status"]) ?? "PROCESSING" };
}
