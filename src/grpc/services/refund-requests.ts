import type { AnomalyFilter } from "../../app/anomalies/anomaly-store.ts";
import type { ResolveAnomalyRequest as ResolveRequest } from "../../app/anomalies/resolve-anomaly.ts";
import type { RefundPaymentRequest as RefundRequest } from "../../app/refunds/refund-payment.ts";
import type { ReturnPaymentRequest } from "../../app/refunds/return-payment.ts";
import { Anomaly_Kind, Anomaly_State } from "../../gen/clickbridge/v1/anomaly.ts";
import type {
  ListAnomaliesRequest,
  RefundPaymentRequest,
  ResolveAnomalyRequest,
} from "../../gen/clickbridge/v1/payment_service.ts";
import { needsNote } from "../../payment/anomaly.ts";
import { asAnomalyId, asAttemptId, asPaymentId, asServiceId } from "../../payment/ids.ts";
import { isClickId } from "../../protocol/callback.ts";
import {
  type Check,
  check,
  checkServiceIdFilter,
  checkUserId,
  isPaymentId,
  PAYMENT_ID_RULE,
  requestIdOf,
} from "../server/check.ts";
import { anomalyKindOf, anomalyStateOf, resolutionOf } from "./anomaly-message.ts";

/** Checks and reads requests about refunds and anomalies. */

const NOTE_CHARACTERS_MAX = 500;

function checkNote(note: string): Check {
  return ["note", note.length <= NOTE_CHARACTERS_MAX, `must have at most ${NOTE_CHARACTERS_MAX} characters`];
}

export function readRefundRequest(request: RefundPaymentRequest, caller: string): RefundRequest {
  const { paymentId, attemptId, amountTiyin, orderAmountTiyin, userId, note } = request;
  const { requestId, check: checkRequestId } = requestIdOf(request.requestId);
  check(
    checkRequestId,
    ["payment_id", isPaymentId(paymentId), PAYMENT_ID_RULE],
    ["attempt_id", attemptId === 0n || isPaymentId(attemptId), `${PAYMENT_ID_RULE}, or 0`],
    ["amount_tiyin", amountTiyin === undefined || amountTiyin > 0n, "must be above 0"],
    ["order_amount_tiyin", orderAmountTiyin === undefined, "goes with an empty request_id only"],
    checkUserId(userId),
    checkNote(note),
  );
  return {
    caller,
    token: caller,
    requestId,
    userId,
    note,
    about: {
      paymentId: asPaymentId(Number(paymentId)),
      attemptId: attemptId === 0n ? undefined : asAttemptId(Number(attemptId)),
    },
    amountTiyin,
  };
}

/** Undefined when the caller sent a request id. */
export function readReturnRequest(request: RefundPaymentRequest, caller: string): ReturnPaymentRequest | undefined {
  const { requestId, paymentId, attemptId, amountTiyin, orderAmountTiyin, userId, note } = request;
  if (requestId !== "") return undefined;
  check(
    ["payment_id", isPaymentId(paymentId), PAYMENT_ID_RULE],
    // Otherwise a repeat, after the first attempt's money is refunded, would refund another attempt.
    ["attempt_id", isPaymentId(attemptId), `${PAYMENT_ID_RULE} with an empty request_id`],
    // Otherwise a repeat could not be distinguished from a second partial refund.
    ["amount_tiyin", amountTiyin === undefined, "needs a request_id"],
    checkUserId(userId),
    checkNote(note),
  );
  return {
    caller,
    userId,
    note,
    paymentId: asPaymentId(Number(paymentId)),
    attemptId: asAttemptId(Number(attemptId)),
    orderAmountTiyin,
  };
}

export function readResolveRequest(request: ResolveAnomalyRequest, caller: string): ResolveRequest {
  const { anomalyId, paymentId, note, userId, clickPaymentId } = request;
  const resolution = resolutionOf(request.resolution);
  check(
    ["anomaly_id", anomalyId > 0n && anomalyId <= BigInt(Number.MAX_SAFE_INTEGER), "must be above 0"],
    ["resolution", resolution !== undefined, "must be a resolution"],
    [
      "payment_id",
      paymentId === 0n || (resolution === "ACCEPT" && isPaymentId(paymentId)),
      "must be 0, except for RESOLUTION_ACCEPT",
    ],
    [
      "click_payment_id",
      resolution === "CHARGED" ? isClickId(clickPaymentId) : clickPaymentId === "",
      "must be Click's number of the payment with RESOLUTION_CHARGED, and empty otherwise",
    ],
    checkNote(note),
    ["note", resolution === undefined || !needsNote(resolution) || note.trim() !== "", "must say why"],
    checkUserId(userId),
  );
  return {
    anomalyId: asAnomalyId(Number(anomalyId)),
    resolution: resolution ?? "CLOSE",
    paymentId: paymentId === 0n ? undefined : asPaymentId(Number(paymentId)),
    clickPaymentId: clickPaymentId === "" ? undefined : clickPaymentId,
    note,
    caller,
    userId,
  };
}

export function readAnomalyFilter(request: ListAnomaliesRequest): AnomalyFilter {
  const kind = anomalyKindOf(request.kind);
  const state = anomalyStateOf(request.state);
  check(
    ["page_size", request.pageSize >= 0, "must not be below 0"],
    [
      "state",
      request.state === Anomaly_State.STATE_UNSPECIFIED || state !== undefined,
      "must be a state of an anomaly",
    ],
    ["kind", request.kind === Anomaly_Kind.KIND_UNSPECIFIED || kind !== undefined, "must be a kind of anomaly"],
    checkServiceIdFilter(request.serviceId),
    ["payment_id", request.paymentId === 0n || isPaymentId(request.paymentId), `${PAYMENT_ID_RULE}, or 0`],
  );
  return {
    state,
    kind,
    serviceId: request.serviceId === 0n ? undefined : asServiceId(String(request.serviceId)),
    paymentId: request.paymentId === 0n ? undefined : asPaymentId(Number(request.paymentId)),
  };
}
