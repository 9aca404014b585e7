import { describe, expect, test } from "vitest";
import type { Attempt } from "../../../src/payment/attempt.ts";
import { auditAttempt } from "../../../src/payment/audit.ts";
import { repairsOf } from "../../../src/payment/audit-repairs.ts";
import { balanceOf } from "../../../src/payment/ledger.ts";
import { attempt } from "../../support/service/attempt-of-test.ts";
import { inShort } from "../../support/service/effects-of-test.ts";

const PREPARED = "attempt.prepared";
const CAPTURED = "attempt.captured";

interface Rows {
  readonly of: Attempt;
  readonly events: readonly string[] | undefined;
  readonly hasMarkPaid?: boolean;
  readonly bookedTiyin?: bigint;
  readonly returnedTiyin?: bigint;
}

function foundIn({ of, events, hasMarkPaid = true, returnedTiyin = 0n, bookedTiyin }: Rows): string {
  const audited = { attempt: of, hasMarkPaid, events, returnedTiyin };
  const booked = bookedTiyin ?? balanceOf(of, returnedTiyin);
  return auditAttempt({ ...audited, bookedTiyin: booked, bookedFeeTiyin: 0n })
    .map(
      (finding) =>
        `${finding.kind}: ${inShort(repairsOf(finding, of, { returnedTiyin, bookedTiyin: booked, bookedFeeTiyin: 0n }))}`,
    )
    .join("; ");
}

const CAPTURE = attempt({ state: "CAPTURED" });
const CONFIRMED = attempt({ state: "CAPTURED", clickPaymentId: "900" });
const NUMBER = attempt({ state: "CANCELLED", paymentId: undefined, orderId: undefined });

describe("our own rows about an attempt", () => {
  test.each<[name: string, rows: Rows, found: string]>([
    ["that agree", { of: CAPTURE, events: [PREPARED, CAPTURED] }, ""],
    [
      "without order update: it waits for Click's reported status",
      { of: CAPTURE, events: [CAPTURED], hasMarkPaid: false },
      "MARK_MISSING: owe MARK_PAID HELD; raise MARK_MISSING once",
    ],
    [
      "without order update, when Click has confirmed the money",
      { of: CONFIRMED, events: [CAPTURED], hasMarkPaid: false },
      "MARK_MISSING: owe MARK_PAID PENDING; raise MARK_MISSING once",
    ],
    [
      "where an event is missing",
      { of: CAPTURE, events: [PREPARED] },
      "EVENT_MISSING: attempt.captured; raise EVENT_MISSING once",
    ],
    [
      "with money that the row does not have",
      { of: attempt({ state: "PREPARED" }), events: [PREPARED, CAPTURED] },
      "EVENTS_DISAGREE: raise EVENTS_DISAGREE once",
    ],
    [
      "with the state before, and another one since",
      { of: CAPTURE, events: [CAPTURED, "attempt.settled"] },
      "EVENTS_DISAGREE: raise EVENTS_DISAGREE once",
    ],
    [
      "where the ledger lacks what was taken",
      { of: CAPTURE, events: [CAPTURED], bookedTiyin: 0n },
      "LEDGER_DISAGREES: ledger.corrected [100000 CORRECTION]; raise LEDGER_DISAGREES once",
    ],
    [
      "without the ledger entry of a partial refund",
      { of: CAPTURE, events: [CAPTURED], returnedTiyin: 30_000n, bookedTiyin: 100_000n },
      "LEDGER_DISAGREES: ledger.corrected [-30000 CORRECTION]; raise LEDGER_DISAGREES once",
    ],
    [
      "where only the ledger knows of money",
      { of: attempt({ state: "PREPARED" }), events: [PREPARED], bookedTiyin: 100_000n },
      "LEDGER_DISAGREES: raise LEDGER_DISAGREES once",
    ],
    ["whose events are too old to be kept", { of: CAPTURE, events: undefined }, ""],
    ["of a number of Click's that was only kept", { of: NUMBER, events: [] }, ""],
    [
      "of an attempt without payment need no order update",
      { of: { ...NUMBER, state: "OWED" }, events: ["attempt.owed"], hasMarkPaid: false },
      "",
    ],
  ])("%s", (_, rows, found) => {
    expect(foundIn(rows)).toBe(found);
  });
});
