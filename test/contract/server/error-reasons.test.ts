import { readFileSync } from "node:fs";
import type { ServiceError } from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { ErrorReason } from "../../../src/gen/clickbridge/v1/error_reason.ts";
import { internal, statusOf } from "../../../src/grpc/server/status.ts";
import type { Failure } from "../../../src/payment/failure.ts";
import {
  asAnomalyId,
  asAttemptId,
  asChargeId,
  asOrderUpdateId,
  asPaymentId,
  asRefundId,
  asServiceId,
} from "../../../src/payment/ids.ts";
import { readFailure } from "../../support/service/failure.ts";

const paymentId = asPaymentId(42);
const orderUpdateId = asOrderUpdateId(7);
const chargeId = asChargeId(7);

/** One failure of every kind; the compiler asks for the ones that are missing. */
const FAILURES: { readonly [Reason in Failure["reason"]]: Extract<Failure, { readonly reason: Reason }> } = {
  INVALID_REQUEST: { reason: "INVALID_REQUEST", faults: [{ field: "limit", rule: "must not be below 0" }] },
  PAYMENT_NOT_FOUND: { reason: "PAYMENT_NOT_FOUND", paymentId },
  SERVICE_NOT_CONFIGURED: { reason: "SERVICE_NOT_CONFIGURED", paymentId, why: "no secret key" },
  PAYMENT_NOT_PAYABLE: { reason: "PAYMENT_NOT_PAYABLE", paymentId, why: "TAKEN" },
  REFERENCE_AMBIGUOUS: { reason: "REFERENCE_AMBIGUOUS", reference: "57/2" },
  REQUEST_ID_REUSED: { reason: "REQUEST_ID_REUSED", requestId: "0b9d" },
  CLICK_REFUSED: { reason: "CLICK_REFUSED", clickErrorCode: -21, clickErrorNote: "", clickRefusal: "OTHER" },
  ATTEMPT_NOT_FOUND: { reason: "ATTEMPT_NOT_FOUND", attemptId: asAttemptId(7) },
  PAYMENT_NOT_REFUNDABLE: { reason: "PAYMENT_NOT_REFUNDABLE", paymentId, why: "REFUNDED" },
  REFUND_OPEN: { reason: "REFUND_OPEN", attemptId: asAttemptId(7), refundId: asRefundId(3) },
  ANOMALY_NOT_FOUND: { reason: "ANOMALY_NOT_FOUND", anomalyId: asAnomalyId(5) },
  ANOMALY_NOT_OPEN: { reason: "ANOMALY_NOT_OPEN", anomalyId: asAnomalyId(5) },
  RESOLUTION_NOT_POSSIBLE: {
    reason: "RESOLUTION_NOT_POSSIBLE",
    anomalyId: asAnomalyId(5),
    why: "the attempt is not OWED",
  },
  INSTANCE_NOT_ADOPTED: { reason: "INSTANCE_NOT_ADOPTED", instance: "shop-2" },
  ORDER_UPDATE_NOT_FOUND: { reason: "ORDER_UPDATE_NOT_FOUND", orderUpdateId },
  LEASE_LOST: { reason: "LEASE_LOST", orderUpdateId },
  PAGE_TOKEN_INVALID: { reason: "PAGE_TOKEN_INVALID" },
  CHARGE_OPEN: { reason: "CHARGE_OPEN", paymentId, chargeId },
  CHARGE_NOT_FOUND: { reason: "CHARGE_NOT_FOUND", chargeId },
  CONFIRM_TOO_LATE: { reason: "CONFIRM_TOO_LATE", chargeId },
  CLICK_SERVICE_NOT_CONFIGURED: { reason: "CLICK_SERVICE_NOT_CONFIGURED", serviceId: asServiceId("11111"), why: "x" },
  CLICK_REPLY_LOST: { reason: "CLICK_REPLY_LOST" },
  CLICK_UNAVAILABLE: { reason: "CLICK_UNAVAILABLE" },
  CLICK_PAYMENT_NOT_FOUND: { reason: "CLICK_PAYMENT_NOT_FOUND", paymentId },
  FISCAL_OPEN: { reason: "FISCAL_OPEN", paymentId },
  DATABASE_UNAVAILABLE: { reason: "DATABASE_UNAVAILABLE" },
  DRAINING: { reason: "DRAINING" },
  TOKEN_INVALID: { reason: "TOKEN_INVALID" },
  SCOPE_MISSING: { reason: "SCOPE_MISSING", scope: "read" },
  CHECKOUT_TOKEN_INVALID: { reason: "CHECKOUT_TOKEN_INVALID" },
  REFUND_LIMIT_REACHED: {
    ...{ reason: "REFUND_LIMIT_REACHED", token: "office" },
    ...{ limitTiyin: 50_000_000n, usedTiyin: 42_000_000n, askedTiyin: 10_000_000n },
  },
  TOO_MANY_INVOICES: { reason: "TOO_MANY_INVOICES", limit: "PHONE", retryAfterSeconds: 1_200 },
  EVENTS_EXPIRED: { reason: "EVENTS_EXPIRED", afterSeq: 5, purgedSeq: 1_200 },
  CURSOR_AHEAD: { reason: "CURSOR_AHEAD", afterSeq: 1_200, newestSeq: 900 },
  EPOCH_CHANGED: { reason: "EPOCH_CHANGED", epoch: 1_796_000_000_000, keptSeq: 900, newestSeq: 1_796_000_000_007 },
  WATCHER_TOO_SLOW: { reason: "WATCHER_TOO_SLOW", waitedMs: 10_000 },
  UNKNOWN_FIELDS: { reason: "UNKNOWN_FIELDS", fields: ["9", "callback.12"] },
  REQUEST_UNREADABLE: { reason: "REQUEST_UNREADABLE" },
  METHOD_UNKNOWN: { reason: "METHOD_UNKNOWN", method: "/clickbridge.v1.PaymentService/Pay" },
  MESSAGE_TOO_LARGE: { reason: "MESSAGE_TOO_LARGE", bytesMax: 524_288 },
  DEADLINE_EXCEEDED: { reason: "DEADLINE_EXCEEDED" },
  STREAM_AGED: { reason: "STREAM_AGED" },
  MATCH_UNDER_WAY: { reason: "MATCH_UNDER_WAY" },
  WATCHERS_TOO_MANY: { reason: "WATCHERS_TOO_MANY", watchersMax: 500 },
};

const sent = [...Object.values(FAILURES).map(statusOf), internal("5e0c")].map((error) =>
  readFailure(error as unknown as ServiceError),
);

interface Promised {
  readonly reason: string;
  readonly code: string;
  readonly metadata: readonly string[];
}

/** What the comments of the contract promise: a code and an example of the ErrorInfo for each reason. */
const CONTRACT = readFileSync(new URL("../../../proto/clickbridge/v1/error_reason.proto", import.meta.url), "utf8");
const PROMISED: readonly Promised[] = CONTRACT.split(/\n\n(?= {2}\/\/)/)
  .filter((block) => block.includes('{"reason"'))
  .map((block) => {
    const text = block.replaceAll(/\n\s*\/\/ ?/g, " ");
    const example = JSON.parse(/\{"reason".*\}/.exec(text)?.[0] ?? "{}") as {
      reason: string;
      metadata?: Record<string, string>;
    };
    return {
      reason: example.reason,
      code: /Code\s+`(\w+)`/.exec(text)?.[1] ?? "",
      metadata: Object.keys(example.metadata ?? {}),
    };
  });

test("every reason of the contract can be sent, and no other one", () => {
  const names = Object.keys(ErrorReason).filter((name) => name.startsWith("ERROR_REASON_"));
  const inContract = names.map((name) => name.replace("ERROR_REASON_", "")).filter((name) => name !== "UNSPECIFIED");

  expect(sent.map((failure) => failure.reason).sort()).toEqual(inContract.sort());
});

test("every reason has an example in the contract", () => {
  expect(PROMISED.map((promise) => promise.reason).sort()).toEqual(sent.map((failure) => failure.reason).sort());
});

describe("as the contract's comment says,", () => {
  test.each(PROMISED)("$reason comes as $code with its metadata", ({ reason, code, metadata }) => {
    const failure = sent.find((one) => one.reason === reason);

    expect(failure?.code).toBe(code);
    expect(Object.keys(failure?.metadata ?? {})).toEqual(metadata);
  });

  test("only UNAVAILABLE and too many invoices have a retry delay", () => {
    const patient = sent.filter((failure) => failure.retryDelaySeconds !== undefined);

    expect(patient.map((failure) => failure.reason)).toEqual([
      "CLICK_UNAVAILABLE",
      "DATABASE_UNAVAILABLE",
      "DRAINING",
      "TOO_MANY_INVOICES",
      "STREAM_AGED",
    ]);
  });

  test("INVALID_REQUEST names the field and the rule", () => {
    const failure = sent.find((one) => one.reason === "INVALID_REQUEST");

    expect(failure).toMatchObject({ fields: ["limit"], message: "limit must not be below 0" });
  });
});
