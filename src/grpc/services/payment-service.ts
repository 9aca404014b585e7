import { listAnomalies } from "../../app/anomalies/list-anomalies.ts";
import { type ResolveAnomalyDeps, resolveAnomaly } from "../../app/anomalies/resolve-anomaly.ts";
import { tellAnomalies } from "../../app/anomalies/tell-anomalies.ts";
import { type EventQuery, listEvents } from "../../app/events/list-events.ts";
import { type WatchEventsDeps, watchEvents } from "../../app/events/watch-events.ts";
import { getPayment } from "../../app/payments/get-payment.ts";
import { listPayments } from "../../app/payments/list-payments.ts";
import type { PaymentReader } from "../../app/payments/payment-reader.ts";
import { type RefreshPaymentDeps, refreshPayment } from "../../app/reconcile/refresh-payment.ts";
import { refundPayment } from "../../app/refunds/refund-payment.ts";
import { returnPayment } from "../../app/refunds/return-payment.ts";
import type { ListEventsRequest, PaymentServiceServer } from "../../gen/clickbridge/v1/payment_service.ts";
import { paymentMoney } from "../../payment/payment-money.ts";
import { checkedFields, refundedFields } from "../../payment/shop-fields.ts";
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
import { readPaymentFilter } from "./payment-filter.ts";
import { toAttempt, toPayment, toRefund } from "./payment-message.ts";
import { readAnomalyFilter, readRefundRequest, readResolveRequest, readReturnRequest } from "./refund-requests.ts";

const HEARTBEAT_SECONDS_DEFAULT = 15;
const HEARTBEAT_SECONDS_MAX = 300;
const MS_PER_SECOND = 1_000;

export type PaymentServiceDeps = WatchEventsDeps &
  RefreshPaymentDeps &
  ResolveAnomalyDeps & { readonly payments: PaymentReader };

/** PaymentService: payments, their events, refunds and anomalies. */
export function paymentService(guard: Guard, stream: StreamGuard, deps: PaymentServiceDeps): PaymentServiceServer {
  return {
    getPayment: guard("read", async ({ paymentId }) => ({
      payment: toPayment(await getPayment(deps, paymentIdOf(paymentId))),
    })),
    listPayments: guard("read", async (request) => {
      const { pageSize, pageToken } = request;
      const page = await listPayments(deps, { filter: readPaymentFilter(request), pageSize, pageToken });
      return {
        payments: page.payments.map(toPayment),
        nextPageToken: page.nextPageToken,
        attemptsWithoutPayment: page.strayAttempts.map(toAttempt),
      };
    }),
    refundPayment: guard("refund", async (request, { caller }) => {
      const whole = readReturnRequest(request, caller.name);
      const refund =
        whole === undefined
          ? await refundPayment(deps, readRefundRequest(request, caller.name))
          : await returnPayment(deps, whole);
      const doneTime = refund.state === "DONE" ? refund.doneTime : undefined;
      return { refund: toRefund(refund), shopFields: doneTime && refundedFields(doneTime) };
    }),
    refreshPayment: guard("refund", async ({ paymentId }) => {
      const { payment, complete } = await refreshPayment(deps, paymentIdOf(paymentId));
      return { payment: toPayment(payment), complete, shopFields: checkedFields(paymentMoney(payment)) };
    }),
    listAnomalies: guard("read", async (request) => {
      const { pageSize, pageToken } = request;
      const page = await listAnomalies(deps, { filter: readAnomalyFilter(request), pageSize, pageToken });
      return { anomalies: page.anomalies.map(toAnomaly), nextPageToken: page.nextPageToken };
    }),
    resolveAnomaly: guard("refund", async (request, { caller }) => {
      const { anomaly, refund } = await resolveAnomaly(deps, readResolveRequest(request, caller.name));
      const [told] = await tellAnomalies(deps, [anomaly]);
      return { anomaly: told && toAnomaly(told), refund: refund && toRefund(refund) };
    }),
    listEvents: guard("read", async ({ pageSize, ...request }) => {
      const query = eventQueryOf(request, ["page_size", pageSize >= 0, "must not be below 0"]);
      const page = await listEvents(deps, { ...query, pageSize });
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
      const query = eventQueryOf(request, [
        "heartbeat_interval_seconds",
        seconds >= 0 && seconds <= HEARTBEAT_SECONDS_MAX,
        rule,
      ]);
      const heartbeatIntervalMs = (seconds || HEARTBEAT_SECONDS_DEFAULT) * MS_PER_SECOND;
      for await (const update of watchEvents(deps, { ...query, heartbeatIntervalMs }, signal)) {
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
