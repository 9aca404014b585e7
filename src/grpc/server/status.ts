import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import type { Any } from "../../gen/google/protobuf/any.ts";
import { BadRequest, ErrorInfo, RetryInfo } from "../../gen/google/rpc/error_details.ts";
import { Status } from "../../gen/google/rpc/status.ts";
import type { Failure } from "../../payment/failure.ts";

/** The status to send: a code, a message for developers, and typed details. */
export type StatusError = Pick<ServiceError, "code" | "details" | "metadata">;

const DOMAIN = "clickbridge";
const RETRY_DELAY_SECONDS = 1;

interface Wording {
  readonly code: status;
  readonly message: string;
  /** The variable parts of the message. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Converts a Failure to its gRPC code and `google.rpc` details (AIP-193). The reasons are those of `error_reason.proto`. */
export function statusOf(failure: Failure): StatusError {
  const { code, message, metadata = {} } = wordingOf(failure);
  const details = [
    packed("ErrorInfo", ErrorInfo.encode({ reason: failure.reason, domain: DOMAIN, metadata }).finish()),
  ];
  if (failure.reason === "INVALID_REQUEST") {
    const fieldViolations = failure.faults.map(({ field, rule }) => violation(field, rule));
    details.push(packed("BadRequest", BadRequest.encode({ fieldViolations }).finish()));
  }
  if (failure.reason === "UNKNOWN_FIELDS") {
    const fieldViolations = failure.fields.map((field) =>
      violation(field, "is not known to this version of the service"),
    );
    details.push(packed("BadRequest", BadRequest.encode({ fieldViolations }).finish()));
  }
  const delaySeconds = retryDelayOf(failure, code);
  if (delaySeconds !== undefined) {
    const retryDelay = { seconds: BigInt(delaySeconds), nanos: 0 };
    details.push(packed("RetryInfo", RetryInfo.encode({ retryDelay }).finish()));
  }
  return error(code, message, details);
}

/** How long the caller should wait; undefined when a retry does not help. */
function retryDelayOf(failure: Failure, code: status): number | undefined {
  if (failure.reason === "TOO_MANY_INVOICES") return failure.retryAfterSeconds;
  return code === status.UNAVAILABLE ? RETRY_DELAY_SECONDS : undefined;
}

/** A bug: the caller gets only the request id. */
export function internal(requestId: string): StatusError {
  const info = { reason: "INTERNAL", domain: DOMAIN, metadata: { requestId } };
  return error(status.INTERNAL, `internal error, request ${requestId}`, [
    packed("ErrorInfo", ErrorInfo.encode(info).finish()),
  ]);
}

function wordingOf(failure: Failure): Wording {
  switch (failure.reason) {
    case "INVALID_REQUEST":
      return {
        code: status.INVALID_ARGUMENT,
        message: failure.faults.map(({ field, rule }) => `${field} ${rule}`).join("; "),
      };
    case "PAYMENT_NOT_FOUND":
      return {
        code: status.NOT_FOUND,
        message: `there is no payment ${failure.paymentId}`,
        metadata: { paymentId: String(failure.paymentId) },
      };
    case "SERVICE_NOT_CONFIGURED":
      return {
        code: status.FAILED_PRECONDITION,
        message: `payment ${failure.paymentId ?? 0} has no usable Click service: ${failure.why}`,
        metadata: { paymentId: String(failure.paymentId ?? 0), why: failure.why },
      };
    case "PAYMENT_NOT_PAYABLE":
      return {
        code: status.FAILED_PRECONDITION,
        message: `payment ${failure.paymentId} cannot be paid: ${failure.why}`,
        metadata: { paymentId: String(failure.paymentId), why: failure.why },
      };
    case "REFERENCE_AMBIGUOUS":
      return {
        code: status.FAILED_PRECONDITION,
        message: `the reference "${failure.reference}" would also name another order`,
        metadata: { reference: failure.reference },
      };
    case "REQUEST_ID_REUSED":
      return {
        code: status.ALREADY_EXISTS,
        message: "request_id was used before with other fields",
        metadata: { requestId: failure.requestId },
      };
    case "CLICK_REFUSED":
      return {
        code: status.FAILED_PRECONDITION,
        message: `Click refused (${failure.clickErrorCode}): ${failure.clickErrorNote}`,
        metadata: {
          clickErrorCode: String(failure.clickErrorCode),
          ...(failure.clickRefusal === undefined ? {} : { clickRefusal: failure.clickRefusal }),
        },
      };
    case "ATTEMPT_NOT_FOUND":
      return {
        code: status.NOT_FOUND,
        message: `the payment has no attempt ${failure.attemptId}`,
        metadata: { attemptId: String(failure.attemptId) },
      };
    case "PAYMENT_NOT_REFUNDABLE":
      return {
        code: status.FAILED_PRECONDITION,
        message: `payment ${failure.paymentId ?? 0} cannot be refunded: ${failure.why}`,
        metadata: { paymentId: String(failure.paymentId ?? 0), why: failure.why },
      };
    case "REFUND_LIMIT_REACHED":
      return {
        code: status.RESOURCE_EXHAUSTED,
        message: `token ${failure.token} may refund ${failure.limitTiyin} tiyin a day, has refunded ${failure.usedTiyin} today, and asks for ${failure.askedTiyin}`,
        metadata: {
          token: failure.token,
          limitTiyin: String(failure.limitTiyin),
          usedTiyin: String(failure.usedTiyin),
          askedTiyin: String(failure.askedTiyin),
        },
      };
    case "REFUND_OPEN":
      return {
        code: status.FAILED_PRECONDITION,
        message: `refund ${failure.refundId} of attempt ${failure.attemptId} is under way`,
        metadata: { attemptId: String(failure.attemptId), refundId: String(failure.refundId) },
      };
    case "ANOMALY_NOT_FOUND":
      return {
        code: status.NOT_FOUND,
        message: `there is no anomaly ${failure.anomalyId}`,
        metadata: { anomalyId: String(failure.anomalyId) },
      };
    case "ANOMALY_NOT_OPEN":
      return {
        code: status.FAILED_PRECONDITION,
        message: `anomaly ${failure.anomalyId} was decided before`,
        metadata: { anomalyId: String(failure.anomalyId) },
      };
    case "RESOLUTION_NOT_POSSIBLE":
      return {
        code: status.FAILED_PRECONDITION,
        message: `anomaly ${failure.anomalyId} cannot be decided so: ${failure.why}`,
        metadata: { anomalyId: String(failure.anomalyId), why: failure.why },
      };
    case "INSTANCE_NOT_ADOPTED":
      return {
        code: status.FAILED_PRECONDITION,
        message: `this database belongs to another installation than ${failure.instance}: see click-bridge adopt`,
        metadata: { instance: failure.instance },
      };
    case "ORDER_UPDATE_NOT_FOUND":
      return {
        code: status.NOT_FOUND,
        message: `there is no order update ${failure.orderUpdateId}`,
        metadata: { orderUpdateId: String(failure.orderUpdateId) },
      };
    case "LEASE_LOST":
      return {
        code: status.FAILED_PRECONDITION,
        message: `order update ${failure.orderUpdateId} is finished or in other hands`,
        metadata: { orderUpdateId: String(failure.orderUpdateId) },
      };
    case "PAGE_TOKEN_INVALID":
      return { code: status.INVALID_ARGUMENT, message: "page_token is not from this list with these filters" };
    case "CHARGE_OPEN":
      return {
        code: status.FAILED_PRECONDITION,
        message: `charge ${failure.chargeId} of payment ${failure.paymentId} has not ended`,
        metadata: { paymentId: String(failure.paymentId), chargeId: String(failure.chargeId) },
      };
    case "CHARGE_NOT_FOUND":
      return {
        code: status.NOT_FOUND,
        message: `there is no Click Pass charge ${failure.chargeId}`,
        metadata: { chargeId: String(failure.chargeId) },
      };
    case "CONFIRM_TOO_LATE":
      return {
        code: status.FAILED_PRECONDITION,
        message: `charge ${failure.chargeId} was not confirmed in time: Click cancels it`,
        metadata: { chargeId: String(failure.chargeId) },
      };
    case "CLICK_SERVICE_NOT_CONFIGURED":
      return {
        code: status.FAILED_PRECONDITION,
        message: `Click service ${failure.serviceId} is not usable: ${failure.why}`,
        metadata: { serviceId: failure.serviceId, why: failure.why },
      };
    case "CLICK_REPLY_LOST":
      return { code: status.UNKNOWN, message: "Click's reply was lost: it may or may not have done it" };
    case "CLICK_UNAVAILABLE":
      return { code: status.UNAVAILABLE, message: "Click does not answer" };
    case "CLICK_PAYMENT_NOT_FOUND":
      return {
        code: status.NOT_FOUND,
        message: `no payment of Click's is known for payment ${failure.paymentId}`,
        metadata: { paymentId: String(failure.paymentId) },
      };
    case "FISCAL_OPEN":
      return {
        code: status.FAILED_PRECONDITION,
        message: `another submission about the receipt of payment ${failure.paymentId} is under way, or came later`,
        metadata: { paymentId: String(failure.paymentId) },
      };
    case "DATABASE_UNAVAILABLE":
      return { code: status.UNAVAILABLE, message: "the database does not answer" };
    case "DRAINING":
      return { code: status.UNAVAILABLE, message: "the service is shutting down" };
    case "TOKEN_INVALID":
      return { code: status.UNAUTHENTICATED, message: "authorization metadata must be `Bearer` and a known token" };
    case "SCOPE_MISSING":
      return {
        code: status.PERMISSION_DENIED,
        message: `the token lacks the scope ${failure.scope}`,
        metadata: { scope: failure.scope },
      };
    case "EVENTS_EXPIRED":
      return {
        code: status.OUT_OF_RANGE,
        message: `events up to ${failure.purgedSeq} are kept no more, and after_seq is ${failure.afterSeq}`,
        metadata: { afterSeq: String(failure.afterSeq), purgedSeq: String(failure.purgedSeq) },
      };
    case "CURSOR_AHEAD":
      return {
        code: status.INVALID_ARGUMENT,
        message: `after_seq is ${failure.afterSeq}, and the newest event is ${failure.newestSeq}: was a backup restored?`,
        metadata: { afterSeq: String(failure.afterSeq), newestSeq: String(failure.newestSeq) },
      };
    case "EPOCH_CHANGED":
      return {
        code: status.OUT_OF_RANGE,
        message: `the database went back in time: of the events before, those up to ${failure.keptSeq} are left`,
        metadata: {
          epoch: String(failure.epoch),
          keptSeq: String(failure.keptSeq),
          newestSeq: String(failure.newestSeq),
        },
      };
    case "WATCHER_TOO_SLOW":
      return {
        code: status.RESOURCE_EXHAUSTED,
        message: `nothing was read for ${failure.waitedMs} ms while events were waiting: go on from the last seq`,
        metadata: { waitedMs: String(failure.waitedMs) },
      };
    case "MATCH_UNDER_WAY":
      return {
        code: status.RESOURCE_EXHAUSTED,
        message: "another statement is being matched: try again when it is done",
      };
    case "WATCHERS_TOO_MANY":
      return {
        code: status.RESOURCE_EXHAUSTED,
        message: `${failure.watchersMax} watchers are connected to this replica already`,
        metadata: { watchersMax: String(failure.watchersMax) },
      };
    case "CHECKOUT_TOKEN_INVALID":
      return { code: status.PERMISSION_DENIED, message: "the checkout token is wrong or has ended" };
    case "TOO_MANY_INVOICES":
      return {
        code: status.RESOURCE_EXHAUSTED,
        message: `too many invoices within the hour, by ${failure.limit}: again in ${failure.retryAfterSeconds} s`,
        metadata: { limit: failure.limit, retryAfterSeconds: String(failure.retryAfterSeconds) },
      };
    case "UNKNOWN_FIELDS":
      return {
        code: status.INVALID_ARGUMENT,
        message: `this version of the service does not know the fields ${failure.fields.join(", ")}, and ignores none: it is older than its caller`,
        metadata: { fields: failure.fields.join(",") },
      };
    case "REQUEST_UNREADABLE":
      return { code: status.INVALID_ARGUMENT, message: "the request cannot be read as the message of this RPC" };
    case "METHOD_UNKNOWN":
      return {
        code: status.UNIMPLEMENTED,
        message: `this version of the service has no ${failure.method}`,
        metadata: { method: failure.method },
      };
    case "MESSAGE_TOO_LARGE":
      return {
        code: status.RESOURCE_EXHAUSTED,
        message: `the message is larger than ${failure.bytesMax} bytes`,
        metadata: { bytesMax: String(failure.bytesMax) },
      };
    case "DEADLINE_EXCEEDED":
      return { code: status.DEADLINE_EXCEEDED, message: "the deadline of the call came before its answer" };
    case "STREAM_AGED":
      return { code: status.UNAVAILABLE, message: "streams end now and then: go on from the last seq" };
    default:
      return failure satisfies never;
  }
}

function violation(field: string, description: string) {
  return { field, description, reason: "", localizedMessage: undefined };
}

function packed(type: string, value: Uint8Array): Any {
  return { typeUrl: `type.googleapis.com/google.rpc.${type}`, value: Buffer.from(value) };
}

function error(code: status, message: string, details: readonly Any[]): StatusError {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(Status.encode({ code, message, details }).finish()));
  return { code, details: message, metadata };
}
