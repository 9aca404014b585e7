import { expect, test } from "vitest";
import { type CallbackFields, isShapeFault, readCallback } from "../../../src/protocol/callback.ts";
import { DIALECTS } from "../../../src/protocol/dialect.ts";
import { newProbeReference, PROBE_AMOUNT } from "../../../src/protocol/probe.ts";

/** The hash has no separators: whoever holds a signed text may divide it anew. */

const SIGN_TIME = "2026-01-15 12:00:00";
const SERVICE = { clickTransId: "123456789012", serviceId: "11111", secretKey: "test_secret_key" };
const FREE = { ...SERVICE, clickPaydocId: "1", error: "0", errorNote: "", signString: "x" };

/** Every callback with a right shape whose signed text behind the key is this one. */
function readings(text: string): CallbackFields[] {
  const found: CallbackFields[] = [];
  for (let time = 0; time <= text.length; time += 1)
    for (let action = 0; action <= time; action += 1)
      for (let amount = 0; amount <= action; amount += 1)
        for (let prepareId = 0; prepareId <= amount; prepareId += 1) {
          const fields = {
            ...FREE,
            merchantTransId: text.slice(0, prepareId),
            merchantPrepareId: prepareId === amount ? undefined : text.slice(prepareId, amount),
            amount: text.slice(amount, action),
            action: text.slice(action, time),
            signTime: text.slice(time),
          };
          if (!isShapeFault(readCallback(fields))) found.push(fields);
        }
  return found;
}

const textOf = (merchantTransId: string, amount: string) => {
  const signed = DIALECTS.click.signedText({ ...SERVICE, merchantTransId, amount, action: "0", signTime: SIGN_TIME });
  return signed.slice((SERVICE.clickTransId + SERVICE.serviceId + SERVICE.secretKey).length);
};

test("a probe that a check of the set-up signs has one reading", () => {
  const reference = newProbeReference();

  const asPrepareOrComplete = readings(textOf(reference, PROBE_AMOUNT)).filter(({ action }) =>
    /^[01]$/.test(action ?? ""),
  );

  expect(asPrepareOrComplete.map(({ merchantTransId, amount }) => [merchantTransId, amount])).toEqual([
    [reference, PROBE_AMOUNT],
  ]);
});

test.each(["1000", "1000.00", "150011", "1.10"])(
  "a probe that Click signs for somebody's link over %s soums reads as no Complete, and never as another order's Prepare",
  (amount) => {
    const reference = newProbeReference();

    const all = readings(textOf(reference, amount));

    expect(all.filter(({ action }) => action === "1")).toEqual([]);
    expect(all.filter(({ merchantTransId }) => !merchantTransId?.startsWith(reference))).toEqual([]);
  },
);
