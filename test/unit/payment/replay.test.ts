import { describe, expect, test } from "vitest";
import { asAttemptId } from "../../../src/payment/ids.ts";
import { boundAttempt } from "../../../src/payment/replay.ts";
import { attempt } from "../../support/service/attempt-of-test.ts";

/** Which attempt a Complete is about, of the one that it names. */
const NAMED = attempt({ clickTransId: "3000000001", clickPaydocId: "5000000001" });
const OWN = { clickTransId: "3000000001", clickPaydocId: "5000000001" };
/** As Click's certification tool sends it. */
const NEW_NUMBER = { clickTransId: "3000000009", clickPaydocId: "5000000001" };
const OTHER = attempt({ id: asAttemptId(2), clickTransId: "3000000009" });

describe("a Complete with the click_trans_id of the attempt that it names", () => {
  test.each([OWN, { ...OWN, clickPaydocId: undefined }, { ...OWN, clickPaydocId: "5000000009" }])(
    "is about that attempt, whatever its click_paydoc_id: %j",
    (event) => {
      expect(boundAttempt(NAMED, event, [NAMED])).toBe(NAMED);
    },
  );
});

describe("a Complete with another click_trans_id", () => {
  test("that serves nothing is about the attempt, if its click_paydoc_id is the attempt's", () => {
    expect(boundAttempt(NAMED, NEW_NUMBER, [])).toBe(NAMED);
  });

  test("that completed this very attempt before is about it", () => {
    expect(boundAttempt(NAMED, NEW_NUMBER, [NAMED])).toBe(NAMED);
  });

  test("is about the attempt when Click itself named that payment for it", () => {
    const confirmed = { ...NAMED, clickPaymentId: "5000000007" };

    expect(boundAttempt(confirmed, { ...NEW_NUMBER, clickPaydocId: "5000000007" }, [])).toBe(confirmed);
  });

  test.each([undefined, "5000000009"])("and click_paydoc_id %s is about nothing: another debit", (clickPaydocId) => {
    expect(boundAttempt(NAMED, { ...NEW_NUMBER, clickPaydocId }, [])).toBeUndefined();
  });

  test("that serves another attempt is about nothing: a replay", () => {
    expect(boundAttempt(NAMED, NEW_NUMBER, [OTHER])).toBeUndefined();
  });
});

test("a Complete that names nothing is about nothing", () => {
  expect(boundAttempt(undefined, OWN, [OTHER])).toBeUndefined();
});
