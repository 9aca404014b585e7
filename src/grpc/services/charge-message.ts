import {
  type Charge,
  Charge_CardType,
  Charge_Confirmation,
  Charge_Kind,
  Charge_Processing,
  Charge_State,
} from "../../gen/clickbridge/v1/charge.ts";
import {
  type ChargeKind,
  type Charge as ChargeRecord,
  type ChargeState,
  type Confirmation,
  confirmExpireTime,
} from "../../payment/charge.ts";

const KIND: Readonly<Record<ChargeKind, Charge_Kind>> = { CARD: Charge_Kind.KIND_CARD, PASS: Charge_Kind.KIND_PASS };

const STATE: Readonly<Record<ChargeState, Charge_State>> = {
  STORED: Charge_State.STATE_STORED,
  SENDING: Charge_State.STATE_SENDING,
  PROCESSING: Charge_State.STATE_PROCESSING,
  DONE: Charge_State.STATE_DONE,
  FAILED: Charge_State.STATE_FAILED,
  REFUSED: Charge_State.STATE_REFUSED,
  UNKNOWN: Charge_State.STATE_UNKNOWN,
};

const CONFIRMATION: Readonly<Record<Confirmation, Charge_Confirmation>> = {
  NOT_NEEDED: Charge_Confirmation.CONFIRMATION_NOT_NEEDED,
  WAITING: Charge_Confirmation.CONFIRMATION_WAITING,
  SENDING: Charge_Confirmation.CONFIRMATION_SENDING,
  CONFIRMED: Charge_Confirmation.CONFIRMATION_CONFIRMED,
  REFUSED: Charge_Confirmation.CONFIRMATION_REFUSED,
  UNKNOWN: Charge_Confirmation.CONFIRMATION_UNKNOWN,
};

const CARD_TYPE = { PRIVATE: Charge_CardType.CARD_TYPE_PRIVATE, CORPORATE: Charge_CardType.CARD_TYPE_CORPORATE };

const PROCESSING = {
  UZCARD: Charge_Processing.PROCESSING_UZCARD,
  HUMO: Charge_Processing.PROCESSING_HUMO,
  WALLET: Charge_Processing.PROCESSING_WALLET,
};

export function toCharge(charge: ChargeRecord): Charge {
  const { cardType, processing } = charge;
  return {
    chargeId: BigInt(charge.id),
    kind: KIND[charge.kind],
    state: STATE[charge.state],
    paymentId: BigInt(charge.paymentId),
    amountTiyin: charge.amountTiyin,
    feeTiyin: charge.feeTiyin,
    serviceId: BigInt(charge.serviceId),
    clickPaymentId: charge.clickPaymentId ?? "",
    confirmation: CONFIRMATION[charge.confirmation],
    confirmExpireTime: charge.confirmation === "WAITING" ? confirmExpireTime(charge) : undefined,
    cardType: cardType === undefined ? Charge_CardType.CARD_TYPE_UNSPECIFIED : CARD_TYPE[cardType],
    processing: processing === undefined ? Charge_Processing.PROCESSING_UNSPECIFIED : PROCESSING[processing],
    createTime: charge.createTime,
  };
}
