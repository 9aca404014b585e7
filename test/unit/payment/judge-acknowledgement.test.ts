import { describe, expect, test } from "vitest";
import type { Attempt } from "../../../src/payment/attempt.ts";
import { judgeAcknowledgement } from "../../../src/payment/judge-acknowledgement.ts";
import type { ApplyOutcome, OrderUpdate } from "../../../src/payment/order-update.ts";
import { attempt } from "../../support/service/attempt-of-test.ts";
import { inShort, leasedTo, orderUpdate } from "../../support/service/effects-of-test.ts";

const APPLIED: ApplyOutcome = { kind: "APPLIED", inParts: false, detail: "" };
const REFUSED: ApplyOutcome = { kind: "REFUSED", refusal: "AMOUNT_CHANGED", detail: "sum is 5" };
const RETRY: ApplyOutcome = { kind: "RETRY", detail: "database away" };

const CAPTURED = attempt({ state: "CAPTURED" });
const REVERSED = attempt({ state: "REVERSED" });
const opposite = (state: OrderUpdate["state"]) => orderUpdate({ kind: "MARK_REFUNDED", state });

interface Situation {
  readonly update: OrderUpdate;
  readonly attempt?: Attempt;
  readonly beside?: readonly OrderUpdate[];
}

/** The holder of the token "mine" says how it ended. */
function verdictOn(outcome: ApplyOutcome, { update, attempt: subject = CAPTURED, beside = [] }: Situation): string {
  const view = { update, attempt: subject, updates: [update, ...beside] };
  const { answer, effects } = judgeAcknowledgement({ token: "mine", outcome }, view);
  return [answer, inShort(effects)].filter((part) => part !== "").join(": ");
}

const SETTLES = "FINISHED: update 1 PENDING → APPLIED, lease ended; close; CAPTURED → SETTLED; attempt.settled";

describe("APPLIED", () => {
  test.each<[name: string, situation: Situation, verdict: string]>([
    ["of a capture settles it", { update: leasedTo("mine") }, SETTLES],
    ["is taken from a holder whose lease ran out", { update: leasedTo("mine", { leaseLive: false }) }, SETTLES],
    ["is taken from one who lost it to another", { update: leasedTo("another's") }, SETTLES],
    [
      "counts after a refusal",
      { update: orderUpdate({ state: "REFUSED" }) },
      "FINISHED: update 1 REFUSED → APPLIED, lease ended; close; CAPTURED → SETTLED; attempt.settled",
    ],
    ["said twice changes nothing", { update: orderUpdate({ state: "APPLIED" }) }, "FINISHED"],
    ["of what was withdrawn is forgotten", { update: orderUpdate({ state: "WITHDRAWN" }) }, "LEASE_LOST"],
    ["of what Click has not confirmed is forgotten", { update: orderUpdate({ state: "HELD" }) }, "LEASE_LOST"],
    [
      "of a settled attempt, tried again by a person, moves nothing",
      { update: leasedTo("mine"), attempt: attempt({ state: "SETTLED" }) },
      "FINISHED: update 1 PENDING → APPLIED, lease ended; close",
    ],
    [
      "of money reversed meanwhile enqueues MARK_REFUNDED",
      { update: leasedTo("mine"), attempt: REVERSED },
      "FINISHED: update 1 PENDING → APPLIED, lease ended; close; owe MARK_REFUNDED PENDING",
    ],
    [
      "of such money wakes the opposite that was withdrawn",
      { update: orderUpdate({ state: "REFUSED" }), attempt: REVERSED, beside: [opposite("WITHDRAWN")] },
      "FINISHED: update 1 REFUSED → APPLIED, lease ended; close; update 2 WITHDRAWN → PENDING",
    ],
    [
      "of such money keeps a MARK_REFUNDED that is already enqueued",
      { update: leasedTo("mine"), attempt: REVERSED, beside: [opposite("PENDING")] },
      "FINISHED: update 1 PENDING → APPLIED, lease ended; close",
    ],
    [
      "of a refund's mark settles nothing",
      { update: leasedTo("mine", { kind: "MARK_REFUNDED" }), attempt: REVERSED },
      "FINISHED: update 2 PENDING → APPLIED, lease ended; close",
    ],
    [
      "after the saves that may be undone may be in parts",
      { update: leasedTo("mine", { saveCount: 4 }) },
      `${SETTLES}; raise APPLIED_IN_PARTS`,
    ],
  ])("%s", (_, situation, verdict) => {
    expect(verdictOn(APPLIED, situation)).toBe(verdict);
  });

  test("in parts, by its own applier, raises an anomaly", () => {
    expect(verdictOn({ ...APPLIED, inParts: true }, { update: leasedTo("mine") })).toBe(
      `${SETTLES}; raise APPLIED_IN_PARTS`,
    );
  });
});

describe("REFUSED", () => {
  test.each<[name: string, situation: Situation, verdict: string]>([
    [
      "by the holder raises an anomaly",
      { update: leasedTo("mine", { saveCount: 2 }) },
      "FINISHED: update 1 PENDING → REFUSED, lease ended, save 0, AMOUNT_CHANGED; raise APPLY_REFUSED; order_update.refused",
    ],
    [
      "for money that went back takes back the opposite, and is nobody's work",
      { update: leasedTo("mine"), attempt: REVERSED, beside: [opposite("PENDING")] },
      "FINISHED: update 1 PENDING → REFUSED, lease ended, save 0, AMOUNT_CHANGED; update 2 PENDING → WITHDRAWN; order_update.refused",
    ],
    ["said twice by the same changes nothing", { update: leasedTo("mine", { state: "REFUSED" }) }, "FINISHED"],
    ["said of another's refusal does not count", { update: leasedTo("another's", { state: "REFUSED" }) }, "LEASE_LOST"],
    ["by one who lost it does not count", { update: leasedTo("another's") }, "LEASE_LOST"],
    ["of what was given back does not count", { update: leasedTo("mine", { leased: false }) }, "LEASE_LOST"],
    ["of what is applied does not count", { update: leasedTo("mine", { state: "APPLIED" }) }, "LEASE_LOST"],
  ])("%s", (_, situation, verdict) => {
    expect(verdictOn(REFUSED, situation)).toBe(verdict);
  });
});

describe("RETRY", () => {
  test.each<[name: string, situation: Situation, verdict: string]>([
    [
      "returns it, to be retried later",
      { update: leasedTo("mine", { tryCount: 3 }) },
      "COMES_AGAIN: update 1 PENDING → lease ended, due in 20 s",
    ],
    [
      "after five tries raises an anomaly, and is retried",
      { update: leasedTo("mine", { tryCount: 5 }) },
      "COMES_AGAIN: update 1 PENDING → lease ended, due in 80 s; raise APPLY_STUCK",
    ],
    ["said twice changes nothing", { update: leasedTo("mine", { leased: false }) }, "COMES_AGAIN"],
    ["by one who lost it does not count", { update: leasedTo("another's") }, "LEASE_LOST"],
  ])("%s", (_, situation, verdict) => {
    expect(verdictOn(RETRY, situation)).toBe(verdict);
  });
});

describe("KIND_UNKNOWN", () => {
  test.each<[name: string, situation: Situation, verdict: string]>([
    [
      "keeps it for a newer applier, with an anomaly at once",
      { update: leasedTo("mine") },
      "COMES_AGAIN: update 1 PENDING → lease ended, due in 5 s; raise APPLY_STUCK",
    ],
    ["said twice changes nothing", { update: leasedTo("mine", { leased: false }) }, "COMES_AGAIN"],
    ["by one who lost it does not count", { update: leasedTo("another's") }, "LEASE_LOST"],
  ])("%s", (_, situation, verdict) => {
    expect(verdictOn({ kind: "KIND_UNKNOWN", detail: "kind 7" }, situation)).toBe(verdict);
  });
});

test("an empty token holds no lease", () => {
  const update = leasedTo("");
  const view = { update, attempt: CAPTURED, updates: [update] };

  expect(judgeAcknowledgement({ token: "", outcome: REFUSED }, view).answer).toBe("LEASE_LOST");
});

test("what a shop says is kept at 250 characters", () => {
  const update = leasedTo("mine");
  const outcome: ApplyOutcome = { kind: "RETRY", detail: "x".repeat(300) };

  const { effects } = judgeAcknowledgement({ token: "mine", outcome }, { update, attempt: CAPTURED, updates: [] });

  expect(effects[0]).toMatchObject({ set: { detail: "x".repeat(250) } });
});
