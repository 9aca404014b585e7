import { type ChargeCardTokenDeps, chargeCardToken } from "../../app/charges/charge-card-token.ts";
import { type DeleteCardTokenDeps, deleteCardToken } from "../../app/charges/delete-card-token.ts";
import { type RequestCardTokenDeps, requestCardToken } from "../../app/charges/request-card-token.ts";
import { type VerifyCardTokenDeps, verifyCardToken } from "../../app/charges/verify-card-token.ts";
import type { CardServiceServer } from "../../gen/clickbridge/v1/card_service.ts";
import { asServiceId } from "../../payment/ids.ts";
import { Secret } from "../../protocol/secret.ts";
import {
  type Check,
  check,
  checkServiceId,
  checkUserId,
  isPaymentId,
  PAYMENT_ID_RULE,
  paymentIdOf,
  requestIdOf,
} from "../server/check.ts";
import type { Guard } from "../server/unary.ts";
import { toCharge } from "./charge-message.ts";

export type CardServiceDeps = RequestCardTokenDeps & VerifyCardTokenDeps & ChargeCardTokenDeps & DeleteCardTokenDeps;

const BLANKS = /[\s\u00a0]/g;
const CARD_NUMBER = /^\d{16}$/;
const EXPIRE_DATE = /^(0[1-9]|1[0-2])\d\d$/;
const SMS_CODE = /^\d{1,10}$/;
/** Printable ASCII without spaces, because the URL that deletes a token contains it. */
const CARD_TOKEN = /^[!-~]{1,128}$/;

/** CardService: Click's card tokens. Rules never quote input. */
export function cardService(guard: Guard, deps: CardServiceDeps): CardServiceServer {
  return {
    requestCardToken: guard("cards", async ({ serviceId, cardNumber, expireDate, temporary }) => {
      const digits = cardNumber.replace(BLANKS, "");
      check(
        checkServiceId(serviceId),
        ["card_number", CARD_NUMBER.test(digits), "must have 16 digits"],
        ["expire_date", EXPIRE_DATE.test(expireDate), "must be MMYY"],
      );
      const made = await requestCardToken(deps, {
        serviceId: asServiceId(String(serviceId)),
        cardNumber: new Secret(digits),
        expireDate: new Secret(expireDate),
        temporary,
      });
      return { cardToken: made.cardToken.reveal(), maskedPhoneNumber: made.maskedPhone, temporary: made.temporary };
    }),
    verifyCardToken: guard("cards", async ({ serviceId, cardToken, smsCode }) => {
      check(checkServiceId(serviceId), checkCardToken(cardToken), [
        "sms_code",
        SMS_CODE.test(smsCode),
        "must be 1 … 10 digits",
      ]);
      return verifyCardToken(deps, {
        serviceId: asServiceId(String(serviceId)),
        cardToken: new Secret(cardToken),
        smsCode: new Secret(smsCode),
      });
    }),
    chargeCardToken: guard("cards", async (request, { caller }) => {
      const { cardToken, userId } = request;
      const { requestId, check: checkRequestId } = requestIdOf(request.requestId);
      check(
        checkRequestId,
        ["payment_id", isPaymentId(request.paymentId), PAYMENT_ID_RULE],
        checkCardToken(cardToken),
        checkUserId(userId),
      );
      const paymentId = paymentIdOf(request.paymentId);
      const secret = new Secret(cardToken);
      const asked = { caller: caller.name, requestId, paymentId, cardToken: secret, userId };
      return { charge: toCharge(await chargeCardToken(deps, asked)) };
    }),
    deleteCardToken: guard("cards", async ({ serviceId, cardToken }) => {
      check(checkServiceId(serviceId), checkCardToken(cardToken));
      await deleteCardToken(deps, { serviceId: asServiceId(String(serviceId)), cardToken: new Secret(cardToken) });
      return {};
    }),
  };
}

function checkCardToken(cardToken: string): Check {
  return ["card_token", CARD_TOKEN.test(cardToken), "must be 1 … 128 printable characters without blanks"];
}
