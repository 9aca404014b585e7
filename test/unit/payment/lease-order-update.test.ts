import { describe, expect, test } from "vitest";
import { claimUpdate, handOut, isFreeFor, startSave } from "../../../src/payment/lease-order-update.ts";
import type { OrderUpdate } from "../../../src/payment/order-update.ts";
import { inShort, leasedTo, orderUpdate } from "../../support/service/effects-of-test.ts";

const NOW = new Date("2026-03-01T10:00:00.000Z");

test.each<[name: string, update: OrderUpdate, isFree: boolean]>([
  ["nobody's", orderUpdate(), true],
  ["given back by another", leasedTo("another's", { leased: false, leaseLive: false }), true],
  ["another's whose lease ran out", leasedTo("another's", { leaseLive: false }), true],
  ["another's", leasedTo("another's"), false],
  ["one's own, for the reply to its COMMIT was lost", leasedTo("mine"), true],
  ["waiting for Click's reported status", orderUpdate({ state: "HELD" }), false],
  ["applied", orderUpdate({ state: "APPLIED" }), false],
  ["refused", orderUpdate({ state: "REFUSED" }), false],
  ["withdrawn", orderUpdate({ state: "WITHDRAWN" }), false],
])("whether what is %s may be had", (_, update, isFree) => {
  expect(isFreeFor("mine", update)).toBe(isFree);
});

describe("a lease", () => {
  test("gives a lease of half a minute and counts a try", () => {
    const { answer, effects } = handOut(orderUpdate({ tryCount: 1 }), "mine", NOW);

    expect(answer).toMatchObject({
      token: "mine",
      tryNumber: 2,
      leaseExpireTime: new Date("2026-03-01T10:00:30.000Z"),
    });
    expect(inShort(effects)).toBe("update 1 PENDING → mine 30 s, try 2");
  });

  test.each([
    [0, "update 1 PENDING → mine 30 s, due in 5 s, try 1"],
    [4, "update 1 PENDING → mine 30 s, due in 80 s, try 5"],
    [5, "update 1 PENDING → mine 30 s, due in 160 s, try 6; raise APPLY_STUCK"],
    [40, "update 1 PENDING → mine 30 s, due in 3600 s, try 41; raise APPLY_STUCK"],
  ])("by a claim, after %d tries: %s", (tryCount, expected) => {
    expect(inShort(claimUpdate(orderUpdate({ tryCount }), "mine", NOW).effects)).toBe(expected);
  });

  test("expects the lease that was read", () => {
    const [effect] = handOut(leasedTo("another's", { leaseLive: false }), "mine", NOW).effects;

    expect(effect).toMatchObject({ from: { state: "PENDING", token: "another's", tryCount: 1 } });
  });
});

describe("the start of a save", () => {
  test.each<[name: string, update: OrderUpdate, expected: string, outsideTransaction: boolean]>([
    ["gives a quarter of an hour", leasedTo("mine"), "mine 900 s started, save 1", false],
    ["said twice is one save", leasedTo("mine", { started: true, saveCount: 1 }), "mine 900 s started, save 1", false],
    ["counts also past the lease's end", leasedTo("mine", { leaseLive: false }), "mine 900 s started, save 1", false],
    [
      "of the fourth save does without a transaction",
      leasedTo("mine", { saveCount: 3 }),
      "mine 900 s started, save 4",
      true,
    ],
  ])("%s", (_, update, expected, outsideTransaction) => {
    const { answer, effects } = startSave(update, "mine", NOW);

    expect(answer).toEqual({ leaseExpireTime: new Date("2026-03-01T10:15:00.000Z"), outsideTransaction });
    expect(inShort(effects)).toBe(`update 1 PENDING → ${expected}`);
  });

  test.each<[name: string, update: OrderUpdate]>([
    ["another got it", leasedTo("another's")],
    ["it was given back", leasedTo("mine", { leased: false })],
    ["it was withdrawn", leasedTo("mine", { state: "WITHDRAWN" })],
    ["it is applied", leasedTo("mine", { state: "APPLIED" })],
  ])("is too late when %s", (_, update) => {
    expect(startSave(update, "mine", NOW)).toEqual({ answer: "LEASE_LOST", effects: [] });
  });
});
