import { formatSoums } from "../protocol/amount.ts";
import { tashkentDay } from "../protocol/tashkent-time.ts";
import { LEASE_SECONDS, type LeasedOrderUpdate } from "./order-update.ts";
import { type PaymentMoney, refundableUntil } from "./payment-money.ts";
import { CURRENCY } from "./shop-payment.ts";

/** Fields of `Bitrix\Sale\Payment` that an order update sets in addition to the paid flag and PS_INVOICE_ID. */
export interface ShopFields {
  readonly texts: Readonly<Record<string, string>>;
  /** Days in Tashkent, as in Click's documents and the shop's accounts: `YYYY-MM-DD`. */
  readonly days: Readonly<Record<string, string>>;
}

/** With a longer text Bitrix saves the order and silently skips the payment. These lengths fit every version. */
const CHARACTERS_MAX: Readonly<Record<string, number>> = {
  PS_STATUS_CODE: 250,
  PS_STATUS_DESCRIPTION: 250,
  PS_STATUS_MESSAGE: 250,
  PAY_VOUCHER_NUM: 20,
};
/** The payment's edit form prints texts as they are. */
const HTML = /[<>&"']/g;
const MS_PER_SECOND = 1_000;

export function shopFieldsOf(update: LeasedOrderUpdate): ShopFields {
  return update.kind === "MARK_PAID" ? paidFields(update) : refundedFields(handOutTime(update));
}

function paidFields({
  amountTiyin,
  clickTransId = "",
  clickPaymentId = "",
  captureTime,
}: LeasedOrderUpdate): ShopFields {
  return fitting({
    texts: {
      PS_STATUS: "Y",
      PS_STATUS_CODE: "0",
      PS_STATUS_DESCRIPTION: `Click: payment ${clickPaymentId}, transaction ${clickTransId}`,
      PS_STATUS_MESSAGE: refundableNote(refundableUntil(captureTime)),
      PS_SUM: formatSoums(amountTiyin),
      PS_CURRENCY: CURRENCY,
      // 1C imports the voucher number from Bitrix as the payment's number.
      PAY_VOUCHER_NUM: clickPaymentId,
    },
    days: { PAY_VOUCHER_DATE: tashkentDay(captureTime) },
  });
}

/** Fields of a refunded payment. */
export function refundedFields(time: Date): ShopFields {
  const day = tashkentDay(time);
  return fitting({
    texts: { PS_STATUS: "N", PS_STATUS_MESSAGE: `Click: возвращено / qaytarildi / refunded ${day}` },
    days: { PAY_RETURN_DATE: day },
  });
}

/** Fields of a payment after a status poll. The page shows the state in its own language. */
export function checkedFields({ state, refundableUntil: until }: PaymentMoney): ShopFields {
  const isHeld = state === "HELD";
  return fitting({
    texts: {
      PS_STATUS: isHeld ? "Y" : "N",
      PS_STATUS_MESSAGE: isHeld && until !== undefined ? refundableNote(until) : "",
    },
    days: {},
  });
}

/** Shown beside the payment's "return" button, for managers of any language. */
function refundableNote(until: Date): string {
  return `Click: возврат / qaytarish / refund ≤ ${tashkentDay(until).split("-").reverse().join(".")}`;
}

function handOutTime({ leaseExpireTime }: LeasedOrderUpdate): Date {
  return new Date(leaseExpireTime.getTime() - LEASE_SECONDS * MS_PER_SECOND);
}

function fitting({ texts, days }: ShopFields): ShopFields {
  const fitted = Object.entries(texts).map(
    ([name, text]) => [name, text.replace(HTML, "").slice(0, CHARACTERS_MAX[name])] as const,
  );
  return { texts: Object.fromEntries(fitted), days };
}
