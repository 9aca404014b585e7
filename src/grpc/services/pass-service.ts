import { type ChargeClickPassDeps, chargeClickPass } from "../../app/charges/charge-click-pass.ts";
import { type ConfirmClickPassDeps, confirmClickPass } from "../../app/charges/confirm-click-pass.ts";
import { type SetConfirmationModeDeps, setConfirmationMode } from "../../app/charges/set-confirmation-mode.ts";
import type { PassServiceServer } from "../../gen/clickbridge/v1/pass_service.ts";
import { asChargeId, asServiceId } from "../../payment/ids.ts";
import { cleanNote } from "../../protocol/clean-note.ts";
import { Secret } from "../../protocol/secret.ts";
import {
  characterCount,
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

export type PassServiceDeps = ChargeClickPassDeps & ConfirmClickPassDeps & SetConfirmationModeDeps;

const OTP_DATA_CHARACTERS_MAX = 256;
const CASHBOX_CODE_CHARACTERS_MAX = 64;

/** PassService: Click Pass at a cash desk. */
export function passService(guard: Guard, deps: PassServiceDeps): PassServiceServer {
  return {
    chargeClickPass: guard("pass", async (request, { caller }) => {
      const { otpData, cashboxCode, userId } = request;
      const { requestId, check: checkRequestId } = requestIdOf(request.requestId);
      const otpLength = characterCount(otpData);
      check(
        checkRequestId,
        ["payment_id", isPaymentId(request.paymentId), PAYMENT_ID_RULE],
        [
          "otp_data",
          otpLength >= 1 && otpLength <= OTP_DATA_CHARACTERS_MAX,
          `must have 1 … ${OTP_DATA_CHARACTERS_MAX} characters`,
        ],
        [
          "cashbox_code",
          characterCount(cashboxCode) <= CASHBOX_CODE_CHARACTERS_MAX,
          `must have at most ${CASHBOX_CODE_CHARACTERS_MAX} characters`,
        ],
        checkUserId(userId),
      );
      const charge = await chargeClickPass(deps, {
        caller: caller.name,
        requestId,
        paymentId: paymentIdOf(request.paymentId),
        otpData: new Secret(otpData),
        cashboxCode,
        userId,
      });
      return { charge: toCharge(charge) };
    }),
    confirmClickPass: guard("pass", async ({ chargeId, userId }, { caller }) => {
      check(
        ["charge_id", chargeId > 0n && chargeId <= BigInt(Number.MAX_SAFE_INTEGER), "must be a number of a charge"],
        checkUserId(userId),
      );
      const asked = { chargeId: asChargeId(Number(chargeId)), caller: caller.name, userId };
      return { charge: toCharge(await confirmClickPass(deps, asked)) };
    }),
    setConfirmationMode: guard("pass", async ({ serviceId, on, userId }, { caller, log }) => {
      check(checkServiceId(serviceId), checkUserId(userId));
      await setConfirmationMode(deps, { serviceId: asServiceId(String(serviceId)), on });
      log.info(
        { serviceId: String(serviceId), on, caller: caller.name, userId: cleanNote(userId, []) },
        "confirmation mode set",
      );
      return {};
    }),
  };
}
