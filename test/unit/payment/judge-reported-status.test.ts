import { describe, expect, test } from "vitest";
import type { Attempt, AttemptState } from "../../../src/payment/attempt.ts";
import { asAttemptId } from "../../../src/payment/ids.ts";
import {
  judgeReportedStatus,
  type ReportedPayment,
  type StatusView,
} from "../../../src/payment/judge-reported-status.ts";
import type { Refund } from "../../../src/payment/refund.ts";
import { ATTEMPT_STATES, attempt, shopPayment } from "../../support/service/attempt-of-test.ts";
import { inShort, orderUpdate, refund } from "../../support/service/effects-of-test.ts";

/** What becomes of the attempt is in the table of judgeStatusAlone; here is what is written of it. */
const NUMBER = "5000000001";

function viewOf(subject: Attempt, more: Partial<StatusView> = {}): StatusView {
  return {
    view: { attempt: subject, others: [], payment: shopPayment() },
    updates: [orderUpdate({ state: "APPLIED" })],
    sameNumber: [subject],
    openRefund: undefined,
    returnedTiyin: 0n,
    ...more,
  };
}

function verdictOn(status: ReportedPayment["status"], view: StatusView): string {
  const { outcome, effects } = judgeReportedStatus({ status, clickPaymentId: NUMBER }, view);
  return [outcome, inShort(effects)].filter((part) => part !== "").join(": ");
}

const CAPTURES = (from: AttemptState) =>
  `CAPTURED: bind ${NUMBER}; ${from} → CAPTURED by STATUS; attempt.captured [100000 CAPTURED]; owe MARK_PAID PENDING`;

const PAID: Readonly<Record<AttemptState, string>> = {
  PREPARED: CAPTURES("PREPARED"),
  EXPIRED: CAPTURES("EXPIRED"),
  REFUSED: CAPTURES("REFUSED"),
  CAPTURED: `UNCHANGED: bind ${NUMBER}; ForgetDenial; close`,
  SETTLED: `UNCHANGED: bind ${NUMBER}; ForgetDenial; close`,
  OWED: `UNCHANGED: bind ${NUMBER}; ForgetDenial; close`,
  REVERSED: `UNCHANGED: bind ${NUMBER}`,
  CANCELLED: "UNCHANGED: raise CONFIRM_AFTER_CANCEL",
};

const REVERSES = (from: AttemptState) =>
  `REVERSED: bind ${NUMBER}; ${from} → REVERSED; attempt.reversed [-100000 REVERSED]; close; owe MARK_REFUNDED PENDING; raise REVERSED_AT_CLICK`;

const FAILED: Readonly<Record<AttemptState, string>> = {
  PREPARED: "EXPIRED: PREPARED → EXPIRED; attempt.expired",
  EXPIRED: "UNCHANGED",
  REFUSED: "UNCHANGED",
  CAPTURED: REVERSES("CAPTURED"),
  SETTLED: REVERSES("SETTLED"),
  OWED: `REVERSED: bind ${NUMBER}; OWED → REVERSED; attempt.reversed [-100000 REVERSED]; close; raise REVERSED_AT_CLICK`,
  REVERSED: `UNCHANGED: bind ${NUMBER}`,
  CANCELLED: "UNCHANGED",
};

describe.each(ATTEMPT_STATES)("of an attempt %s", (state) => {
  test("PAID", () => {
    expect(verdictOn("PAID", viewOf(attempt({ state })))).toBe(PAID[state]);
  });

  test("FAILED", () => {
    expect(verdictOn("FAILED", viewOf(attempt({ state })))).toBe(FAILED[state]);
  });
});

test("PAID of money that the payment cannot keep is owed, with an anomaly", () => {
  const view = { attempt: attempt(), others: [], payment: shopPayment({ paid: true }) };

  expect(verdictOn("PAID", viewOf(attempt(), { view }))).toBe(
    `OWED: bind ${NUMBER}; PREPARED → OWED by STATUS; attempt.owed [100000 OWED]; raise PAID_OTHERWISE`,
  );
});

describe("one payment of Click's proves one attempt:", () => {
  const other = attempt({ id: asAttemptId(2), state: "CAPTURED" });

  test("not one beside the attempt that it is confirmed for", () => {
    const sameNumber = [{ ...other, clickPaymentId: NUMBER }];

    expect(verdictOn("PAID", viewOf(attempt({ state: "SETTLED" }), { sameNumber }))).toBe("BOUND_ELSEWHERE");
  });

  test("not a twin without money beside the one that had it", () => {
    const view = { attempt: attempt(), others: [other], payment: shopPayment() };

    expect(verdictOn("PAID", viewOf(attempt(), { view, sameNumber: [other] }))).toBe("BOUND_ELSEWHERE");
  });

  test("the one that had the money, beside its twin without", () => {
    const holder = attempt({ state: "SETTLED", clickPaymentId: NUMBER });
    const twin = attempt({ id: asAttemptId(2) });

    expect(verdictOn("PAID", viewOf(holder, { sameNumber: [holder, twin] }))).toBe("UNCHANGED: ForgetDenial; close");
  });
});

describe("FAILED while a refund of ours is open", () => {
  const SURPRISE = REVERSES("SETTLED");
  const ITS_END = (from: string) =>
    `REVERSED: refund ${from} → DONE; refund.done [-100000 REFUNDED]; SETTLED → REVERSED; attempt.reversed; close; owe MARK_REFUNDED PENDING`;

  test.each<[name: string, openRefund: Refund, verdict: string]>([
    ["and sent is its lost reply", refund(), ITS_END("SENDING")],
    ["and unknown is its lost reply", refund({ state: "UNKNOWN" }), ITS_END("UNKNOWN")],
    ["and not sent yet is a surprise", refund({ state: "STORED" }), SURPRISE],
    ["of a part is a surprise: a status tells of the whole", refund({ partial: true, amountTiyin: 1n }), SURPRISE],
  ])("%s", (_, openRefund, verdict) => {
    expect(verdictOn("FAILED", viewOf(attempt({ state: "SETTLED" }), { openRefund }))).toBe(verdict);
  });
});
