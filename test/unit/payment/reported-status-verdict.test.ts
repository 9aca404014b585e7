import { describe, expect, test } from "vitest";
import type { Attempt, AttemptState } from "../../../src/payment/attempt.ts";
import { verdictOnComplete } from "../../../src/payment/complete-verdict.ts";
import { asAttemptId, asPaymentId } from "../../../src/payment/ids.ts";
import {
  judgeStatusAlone,
  type ReportedStatus,
  type ReportedStatusView,
} from "../../../src/payment/reported-status-verdict.ts";
import { ATTEMPT_STATES, attempt, shopPayment } from "../../support/service/attempt-of-test.ts";

/**
 * The whole table of what each reported status does: every status × every state of the attempt × every situation. A cell is what becomes of the
 * attempt (`-`: it stays) and the anomaly. The types make a missing cell an error.
 */
const OTHER = attempt({ id: asAttemptId(2), clickTransId: "3000000002", clickPaydocId: "5000000002" });

interface Situation {
  readonly others?: readonly Attempt[];
  readonly payment?: ReportedStatusView["payment"];
  readonly gone?: true;
}

const SITUATIONS = {
  alone: {},
  otherPrepared: { others: [{ ...OTHER, state: "PREPARED" }] },
  otherCancelled: { others: [{ ...OTHER, state: "CANCELLED" }] },
  otherOwed: { others: [{ ...OTHER, state: "OWED" }] },
  otherCaptured: { others: [{ ...OTHER, state: "CAPTURED" }] },
  otherSettled: { others: [{ ...OTHER, state: "SETTLED" }] },
  otherReversed: { others: [{ ...OTHER, state: "REVERSED" }] },
  sameMoneyPrepared: { others: [{ ...OTHER, state: "PREPARED", clickPaydocId: "5000000001" }] },
  sameMoneyCaptured: { others: [{ ...OTHER, state: "CAPTURED", clickPaydocId: "5000000001" }] },
  sameMoneyOwed: { others: [{ ...OTHER, state: "OWED", clickPaydocId: "5000000001" }] },
  sameMoneyForAnotherPayment: {
    others: [{ ...OTHER, state: "CAPTURED", clickPaydocId: "5000000001", paymentId: asPaymentId(8) }],
  },
  otherPaymentCaptured: { others: [{ ...OTHER, state: "CAPTURED", paymentId: asPaymentId(8) }] },
  paidInCash: { payment: shopPayment({ paid: true }) },
  returned: { payment: shopPayment({ returned: true }) },
  repriced: { payment: shopPayment({ sumTiyin: 100_001n }) },
  orderCancelled: { payment: shopPayment({ orderCancelled: true }) },
  notUzs: { payment: shopPayment({ currency: "USD" }) },
  gone: { gone: true },
} as const satisfies Record<string, Situation>;

type Row = Record<keyof typeof SITUATIONS, string>;

function sameForAll(cell: string): Row {
  return Object.fromEntries(Object.keys(SITUATIONS).map((name) => [name, cell])) as Row;
}

/** As a Complete with error 0: whatever the order has become, the money is its own or owed. */
const ACCEPTED_AND_PAID: Row = {
  alone: "CAPTURED",
  otherPrepared: "CAPTURED",
  otherCancelled: "CAPTURED",
  otherOwed: "CAPTURED",
  otherCaptured: "OWED SECOND_CAPTURE",
  otherSettled: "OWED SECOND_CAPTURE",
  otherReversed: "CAPTURED",
  sameMoneyPrepared: "CAPTURED",
  sameMoneyCaptured: "-",
  sameMoneyOwed: "-",
  sameMoneyForAnotherPayment: "-",
  otherPaymentCaptured: "CAPTURED",
  paidInCash: "OWED PAID_OTHERWISE",
  returned: "OWED PAID_OTHERWISE",
  repriced: "CAPTURED",
  orderCancelled: "CAPTURED",
  notUzs: "CAPTURED",
  gone: "CAPTURED",
};

const STAYS = sameForAll("-");

const PAID: Readonly<Record<AttemptState, Row>> = {
  PREPARED: ACCEPTED_AND_PAID,
  EXPIRED: ACCEPTED_AND_PAID,
  REFUSED: {
    ...ACCEPTED_AND_PAID,
    paidInCash: "OWED CAPTURED_AFTER_REFUSAL",
    returned: "OWED CAPTURED_AFTER_REFUSAL",
    repriced: "OWED CAPTURED_AFTER_REFUSAL",
    notUzs: "OWED CAPTURED_AFTER_REFUSAL",
    gone: "OWED CAPTURED_AFTER_REFUSAL",
  },
  CAPTURED: STAYS,
  SETTLED: STAYS,
  OWED: STAYS,
  REVERSED: STAYS,
  CANCELLED: sameForAll("- CONFIRM_AFTER_CANCEL"),
};

/** Nothing that the order has become matters: what Click does not have, nobody has. Nothing is cancelled, for a late Complete counts. */
const FAILED: Readonly<Record<AttemptState, Row>> = {
  PREPARED: sameForAll("EXPIRED"),
  EXPIRED: STAYS,
  REFUSED: STAYS,
  CAPTURED: sameForAll("REVERSED REVERSED_AT_CLICK"),
  SETTLED: sameForAll("REVERSED REVERSED_AT_CLICK"),
  OWED: sameForAll("REVERSED REVERSED_AT_CLICK"),
  REVERSED: STAYS,
  CANCELLED: STAYS,
};

const TABLE: Readonly<Record<ReportedStatus, Readonly<Record<AttemptState, Row>>>> = { PAID, FAILED };

function viewOf(subject: Attempt, situation: Situation): ReportedStatusView {
  const payment = situation.gone === true ? undefined : (situation.payment ?? shopPayment());
  return { attempt: subject, others: situation.others ?? [], payment };
}

function verdictOn(status: ReportedStatus, subject: Attempt, situation: Situation): string {
  const { next, anomaly } = judgeStatusAlone(status, viewOf(subject, situation));
  return [next ?? "-", anomaly].filter((part) => part !== undefined).join(" ");
}

describe.each(Object.keys(TABLE) as ReportedStatus[])("Click says %s", (status) => {
  describe.each(ATTEMPT_STATES)("of an attempt %s", (state) => {
    test.each(Object.entries(TABLE[status][state]))("%s → %s", (name, cell) => {
      expect(verdictOn(status, attempt({ state }), SITUATIONS[name as keyof typeof SITUATIONS])).toBe(cell);
    });
  });
});

test.each(ATTEMPT_STATES)("PAID of an attempt %s says of its money what a Complete would have said", (state) => {
  for (const situation of Object.values(SITUATIONS)) {
    const view = viewOf(attempt({ state }), situation);
    const completed = verdictOnComplete({ amountTiyin: 100_000n, error: 0, clickPaydocId: "5000000001" }, view);

    const { next, anomaly } = judgeStatusAlone("PAID", view);

    expect([next, anomaly]).toEqual([completed.next, completed.anomaly]);
  }
});

test("the number that Click confirmed counts before the one that a callback gave", () => {
  const confirmed = attempt({ clickPaymentId: "5000000009" });
  const holder: Attempt = { ...OTHER, state: "OWED", clickPaydocId: "5000000009" };

  expect(judgeStatusAlone("PAID", viewOf(confirmed, { others: [holder] }))).toEqual({});
});

test("PAID of a refused attempt that matched no payment is owed: no payment is chosen again", () => {
  const homeless = attempt({ state: "REFUSED", paymentId: undefined, orderId: undefined });

  expect(verdictOn("PAID", homeless, { gone: true })).toBe("OWED CAPTURED_AFTER_REFUSAL");
});
