import { status } from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { CODES, ERROR_LISTS } from "../../support/service/error-lists.ts";

/** Reasons of a list that stand behind another code than theirs, and codes without a reason. */
function faultsOf(errors: string): readonly string[] {
  const faults: string[] = [];
  let code = "";
  let reasonsOfCode = 1;
  for (const [, word = ""] of errors.matchAll(/`([A-Z_]+)`/g)) {
    if (word in status) {
      if (reasonsOfCode === 0) faults.push(`${code} without a reason`);
      code = word;
      reasonsOfCode = 0;
    } else if (CODES.has(word)) {
      if (CODES.get(word) !== code) faults.push(`${word} behind ${code}`);
      reasonsOfCode += 1;
    } else faults.push(`${word} is neither a code nor a reason`);
  }
  return reasonsOfCode === 0 ? [...faults, `${code} without a reason`] : faults;
}

test("there are RPCs, and reasons with codes", () => {
  expect(ERROR_LISTS.length).toBeGreaterThan(30);
  expect([...CODES].filter(([reason, code]) => code === "" && reason !== "UNSPECIFIED")).toEqual([]);
});

describe("the errors of", () => {
  test.each(ERROR_LISTS)("$rpc are written out, each reason behind its code", ({ errors }) => {
    expect(errors).not.toBe("");
    expect(errors).not.toMatch(/\b[Aa]s for\b|\ball of\b|\bas [A-Z][a-z]+[A-Z]|otherwise/);
    expect(faultsOf(errors)).toEqual([]);
  });
});
