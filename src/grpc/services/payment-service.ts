import { listAnomalies } from "../../app/anomalies/list-anomalies.ts";
import { type ResolveAnomalyDeps, resolveAnomaly } from "../../app/anomalies/resolve-anomaly.ts";
import { type EventQuery, listEvents } from "../../app/events/list-events.ts";
import { type WatchEventsDeps, watchEvents } from "../../app/events/watch-events.ts";
import { getPayment } from "../../app/payments/get-payment.ts";
import { listPayments } from "../../app/payments/list-payments.ts";
import type { PaymentFilter, PaymentReader } from "../../app/payments/payment-reader.ts";
import { type RefreshPaymentDeps, refreshPayment } from "../../app/reconcile/refresh-payment.ts";
import { refundPayment } from "../../app/refunds/refund-payment.ts";
import { returnPayment } from "../../app/refunds/return-payment.ts";
import { Attempt_State } from "../../gen/clickbridge/v1/payment.ts";
import type {
  ListEventsRequest,
  ListPaymentsRequest,
  PaymentServiceServer,
} from "../../gen/clickbridge/v1/payment_service.ts";
import { asOrderId, asServiceId } from "../../payment/ids.ts";
import { normalisePhone } from "../../protocol/phone.ts";
import { type Check, check, paymentIdOf } from "../server/check.ts";
import type { StreamGuard } from "../server/server-stream.ts";
import type { Guard } from "../server/unary.ts";
import { toAnomaly } from "./anomaly-message.ts";
import {
  afterSeqChecks,
  epochChecks,
  eventFilterChecks,
  eventFilterOf,
  toEvent,
  toWatchResponse,
} from "./event-message.ts";
import { attemptStateOf, toPayment, toRefund } from "./payment-message.ts";
import { readAnomalyFilter, readRefundRequest, readResolveRequest, readReturnRequest } from "./refund-requests.ts";

const CLICK_ID = /^[1-9]\d{0,18}$/;
const INT_MAX = 2n ** 31n - 1n;
const ORDER_NUMBER_CHARACTERS_MAX = 100;
const HEARTBEAT_SECONDS_DEFAULT = 15;
const HEARTBEAT_SECONDS_MAX = 300;
const MS_PER_SECOND = 1_000;

export type PaymentServiceDeps = WatchEventsDeps &
  RefreshPaymentDeps &
  ResolveAnomalyDeps & { readonly payments: PaymentReader };

/** PaymentService: what happened with payments, and the ways to give money back. */
export function paymentService(guard: Guard, stream: StreamGuard, deps: PaymentServiceDeps): PaymentServiceServer {
  return {
    getPayment: guard("read", async ({ paymentId }) => ({
      payment: toPayment(await getPayment(deps, paymentIdOf(paymentId))),
    })),
    listPayments: guard("read", async (request) => {
      const { pageSize, pageToken } = request;
      const page = await listPayments(deps, { filter: filterOf(request), pageSize, pageToken });
      return { payments: page.payments.map(toPayment), nextPageToken: page.nextPageToken };
    }),
    refundPayment: guard("refund", async (request, { caller }) => {
      const whole = readReturnRequest(request, caller.name);
      const refund =
        whole === undefined
          ? await refundPayment(deps, readRefundRequest(request, caller.name))
          : await returnPayment(deps, whole);
      return { refund: toRefund(refund) };
    }),
    refreshPayment: guard("refund", async ({ paymentId }) => {
      const { payment, complete } = await refreshPayment(deps, paymentIdOf(paymentId));
      return { payment: toPayment(payment), complete };
    }),
    listAnomalies: guard("read", async (request) => {
      const { pageSize, pageToken } = request;
      const page = await listAnomalies(deps, { filter: readAnomalyFilter(request), pageSize, pageToken });
      return { anomalies: page.anomalies.map(toAnomaly), nextPageToken: page.nextPageToken };
    }),
    resolveAnomaly: guard("refund", async (request, { caller }) => {
      const { anomaly, refund } = await resolveAnomaly(deps, readResolveRequest(request, caller.name));
      return { anomaly: toAnomaly(anomaly), refund: refund && toRefund(refund) };
    }),
    listEvents: guard("read", async ({ pageSize, ...request }) => {
      const question = eventQueryOf(request, ["page_size", pageSize >= 0, "must not be below 0"]);
      const page = await listEvents(deps, { ...question, pageSize });
      return {
        events: page.events.map(toEvent),
        nextAfterSeq: BigInt(page.nextSeq),
        newestSeq: BigInt(page.newestSeq),
        epoch: BigInt(page.epoch.id),
      };
    }),
    watchEvents: stream("read", async function* (request, { signal }) {
      const seconds = request.heartbeatIntervalSeconds;
      const rule = `must be 0 … ${HEARTBEAT_SECONDS_MAX}`;
      const question = eventQueryOf(request, [
        "heartbeat_interval_seconds",
        seconds >= 0 && seconds <= HEARTBEAT_SECONDS_MAX,
        rule,
      ]);
      const heartbeatIntervalMs = (seconds || HEARTBEAT_SECONDS_DEFAULT) * MS_PER_SECOND;
      for await (const update of watchEvents(deps, { ...question, heartbeatIntervalMs }, signal)) {
        yield toWatchResponse(update);
      }
    }),
  };
}

function eventQueryOf(
  { afterSeq, epoch, filter }: Pick<ListEventsRequest, "afterSeq" | "epoch" | "filter">,
  ...checks: readonly Check[]
): EventQuery {
  check(...afterSeqChecks(afterSeq), ...epochChecks(epoch), ...eventFilterChecks(filter), ...checks);
  return {
    afterSeq: afterSeq === undefined ? undefined : Number(afterSeq),
    epoch: epoch === 0n ? undefined : Number(epoch),
    filter: eventFilterOf(filter),
  };
}

function filterOf(request: ListPaymentsRequest): PaymentFilter {
  const phone = request.phoneNumber === "" ? undefined : normalisePhone(request.phoneNumber);
  const state = attemptStateOf(request.state);
  check(
    ["page_size", request.pageSize >= 0, "must not be below 0"],
    ["click_id", request.clickId === "" || CLICK_ID.test(request.clickId), "must be a number of Click's"],
    ["order_number", request.orderNumber.length <= ORDER_NUMBER_CHARACTERS_MAX, "must have at most 100 characters"],
    ["order_id", request.orderId >= 0n && request.orderId <= INT_MAX, `must be 0 … ${INT_MAX}`],
    ["phone_number", request.phoneNumber === "" || phone !== undefined, "must be an Uzbek number"],
    [
      "state",
      request.state === Attempt_State.STATE_UNSPECIFIED || state !== undefined,
      "must be a state of an attempt",
    ],
    ["service_id", request.serviceId >= 0n, "must not be below 0"],
  );
  return {
    clickId: request.clickId || undefined,
    orderNumber: request.orderNumber || undefined,
    orderId: request.orderId === 0n ? undefined : asOrderId(Number(request.orderId)),
    phone,
    state,
    serviceId: request.serviceId === 0n ? undefined : asServiceId(String(request.serviceId)),
    createdFrom: request.createdFromTime,
    createdBefore: request.createdBeforeTime,
  };
}
