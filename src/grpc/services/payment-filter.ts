import type { PaymentFilter } from "../../app/payments/payment-filter.ts";
import { readSearchText } from "../../app/payments/search-text.ts";
import { Attempt_State } from "../../gen/clickbridge/v1/payment.ts";
import type { ListPaymentsRequest } from "../../gen/clickbridge/v1/payment_service.ts";
import { asOrderId, asServiceId } from "../../payment/ids.ts";
import { normalisePhone } from "../../protocol/phone.ts";
import { check, checkServiceIdFilter, checkShopIdFilter } from "../server/check.ts";
import { attemptStateOf, paymentStateOf } from "./payment-message.ts";

const CLICK_ID = /^[1-9]\d{0,18}$/;
const ORDER_NUMBER_CHARACTERS_MAX = 100;
const SEARCH_CHARACTERS_MAX = 100;

/** Checks and reads the filters of ListPayments. */
export function readPaymentFilter(request: ListPaymentsRequest): PaymentFilter {
  const phone = request.phoneNumber === "" ? undefined : normalisePhone(request.phoneNumber);
  const state = attemptStateOf(request.state);
  const paymentStates = request.paymentStates.map(paymentStateOf).filter((known) => known !== undefined);
  const isText = request.searchText.length <= SEARCH_CHARACTERS_MAX;
  check(
    ["page_size", request.pageSize >= 0, "must not be below 0"],
    ["click_id", request.clickId === "" || CLICK_ID.test(request.clickId), "must be a number of Click's"],
    ["order_number", request.orderNumber.length <= ORDER_NUMBER_CHARACTERS_MAX, "must have at most 100 characters"],
    checkShopIdFilter("order_id", request.orderId),
    ["phone_number", request.phoneNumber === "" || phone !== undefined, "must be an Uzbek number"],
    [
      "state",
      request.state === Attempt_State.STATE_UNSPECIFIED || state !== undefined,
      "must be a state of an attempt",
    ],
    checkServiceIdFilter(request.serviceId),
    ["search_text", isText, `must have at most ${SEARCH_CHARACTERS_MAX} characters`],
    ["amount_tiyin", request.amountTiyin === undefined || request.amountTiyin > 0n, "must be above 0"],
    ["payment_states", paymentStates.length === request.paymentStates.length, "must be states of a payment"],
  );
  return {
    search: readSearchText(request.searchText),
    clickId: request.clickId || undefined,
    orderNumber: request.orderNumber || undefined,
    orderId: request.orderId === 0n ? undefined : asOrderId(Number(request.orderId)),
    phone,
    state,
    paymentStates,
    serviceId: request.serviceId === 0n ? undefined : asServiceId(String(request.serviceId)),
    amountTiyin: request.amountTiyin,
    createdFrom: request.createdFromTime,
    createdBefore: request.createdBeforeTime,
    capturedFrom: request.capturedFromTime,
    capturedBefore: request.capturedBeforeTime,
    updatedFrom: request.updatedFromTime,
    updatedBefore: request.updatedBeforeTime,
  };
}
