import { expect, test } from "vitest";
import { CircuitBreaker } from "../../../src/click/circuit-breaker.ts";

/** A circuit that opens after two failures, for ten seconds, and its clock. */
function circuitOfTest() {
  let nowMs = 1_000_000;
  const circuit = new CircuitBreaker({ now: () => new Date(nowMs), failuresMax: 2, openMs: 10_000 });
  const end = (outcome: "REACHED" | "FAILED") => circuit.pass()?.end(outcome);
  const moveBy = (ms: number) => {
    nowMs += ms;
  };
  const isOpen = () => circuit.pass() === undefined;
  return { circuit, end, moveBy, isOpen };
}

test("failures in a row open the circuit, and it lets nothing through for a while", () => {
  const { end, moveBy, isOpen } = circuitOfTest();
  end("FAILED");
  const afterOne = isOpen();
  end("FAILED");
  const afterTwo = isOpen();
  moveBy(9_999);

  expect([afterOne, afterTwo, isOpen()]).toEqual([false, true, true]);
});

test("failures with an answer in between do not open it", () => {
  const { end, isOpen } = circuitOfTest();
  for (const outcome of ["FAILED", "REACHED", "FAILED"] as const) end(outcome);

  expect(isOpen()).toBe(false);
});

test("after that time one call tries, and no second one at once", () => {
  const { circuit, end, moveBy } = circuitOfTest();
  end("FAILED");
  end("FAILED");
  moveBy(10_000);
  const trial = circuit.pass();
  const beside = circuit.pass();
  trial?.end("REACHED");

  expect([trial, beside, circuit.pass()]).toEqual([expect.anything(), undefined, expect.anything()]);
});

test("a trial that fails opens it for the whole while again", () => {
  const { end, moveBy, isOpen } = circuitOfTest();
  end("FAILED");
  end("FAILED");
  moveBy(10_000);
  end("FAILED");
  const afterTrial = isOpen();
  moveBy(9_999);
  const later = isOpen();
  moveBy(1);

  expect([afterTrial, later, isOpen()]).toEqual([true, true, false]);
});

test("calls that were under way when it opened do not keep it open when they fail", () => {
  const { circuit, end, moveBy, isOpen } = circuitOfTest();
  const slow = circuit.pass();
  end("FAILED");
  end("FAILED");
  moveBy(9_000);
  slow?.end("FAILED");
  moveBy(1_000);

  expect(isOpen()).toBe(false);
});

test("a clock that is set back does not keep it open for ever", () => {
  const { end, moveBy, isOpen } = circuitOfTest();
  end("FAILED");
  end("FAILED");
  moveBy(-3_600_000);

  expect(isOpen()).toBe(false);
});
