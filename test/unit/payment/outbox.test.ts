import { describe, expect, test } from "vitest";
import { CHARGE_LIFE } from "../../../src/payment/charge.ts";
import { SUBMISSION_LIFE } from "../../../src/payment/fiscal.ts";
import { INVOICE_LIFE } from "../../../src/payment/invoice.ts";
import { expired, type OutboxRequest, type Overdue, settledOnce } from "../../../src/payment/outbox.ts";
import { REFUND_LIFE } from "../../../src/payment/refund.ts";

const MINUTE_S = 60;

interface Request extends OutboxRequest {
  readonly clickRefusal?: string | undefined;
}

const LIVES: Readonly<Record<string, readonly Overdue<Request>[]>> = {
  invoice: INVOICE_LIFE as readonly Overdue<Request>[],
  refund: REFUND_LIFE as readonly Overdue<Request>[],
  charge: CHARGE_LIFE as readonly Overdue<Request>[],
  fiscal: SUBMISSION_LIFE as readonly Overdue<Request>[],
};

describe("what stood too long", () => {
  test.each<[kind: string, state: string, minutes: number, becomes: Partial<Request>]>([
    ["invoice", "STORED", 10, { state: "LOST" }],
    ["invoice", "SENDING", 2, { state: "UNKNOWN" }],
    ["invoice", "UNKNOWN", 10, { state: "LOST" }],
    ["refund", "STORED", 2, { state: "NOT_DONE" }],
    ["refund", "SENDING", 2, { state: "UNKNOWN" }],
    ["charge", "STORED", 10, { state: "REFUSED", clickRefusal: "NOT_SENT" }],
    ["charge", "SENDING", 2, { state: "UNKNOWN" }],
    ["fiscal", "STORED", 10, { state: "REFUSED", clickRefusal: "NOT_SENT" }],
    ["fiscal", "SENDING", 2, { state: "UNKNOWN" }],
  ])("%s %s for %i minutes", (kind, state, minutes, becomes) => {
    const life = LIVES[kind] ?? [];

    expect(life.find((overdue) => overdue.state === state)?.afterSeconds).toBe(minutes * MINUTE_S);
    expect(expired({ id: 1, state }, state, life)).toEqual({ id: 1, ...becomes });
  });

  test.each([
    ["a refund whose reply was lost is polled", "refund", "UNKNOWN"],
    ["a charge with unknown result waits for an operator", "charge", "UNKNOWN"],
    ["a charge of Click's is asked about", "charge", "PROCESSING"],
    ["what is done stays", "invoice", "CREATED"],
  ])("%s", (_, kind, state) => {
    expect(expired({ id: 1, state }, state, LIVES[kind] ?? [])).toBeUndefined();
  });

  test("that moved meanwhile is not changed", () => {
    expect(expired({ id: 1, state: "SENDING" }, "STORED", LIVES["invoice"] ?? [])).toBeUndefined();
  });
});

describe("Click's reply", () => {
  const done = (request: Request): Request => ({ ...request, state: "DONE" });

  test("settles what is being sent", () => {
    expect(settledOnce({ id: 1, state: "SENDING" }, done)).toEqual({ id: 1, state: "DONE" });
  });

  test.each(["STORED", "DONE", "REFUSED", "UNKNOWN", "LOST"])("changes nothing of what is %s", (state) => {
    expect(settledOnce({ id: 1, state }, done)).toBeUndefined();
  });
});
