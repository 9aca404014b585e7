import { describe, expect, test } from "vitest";
import { currencyPlan } from "../../../src/app/setup/currency-repair.ts";
import type { CurrencyFormat, CurrencyRow, RestrictedPaySystem } from "../../../src/app/setup/ports.ts";

const row = (currency: string, change: Partial<CurrencyRow> = {}): CurrencyRow => ({
  currency,
  isBase: false,
  numericCode: currency === "UZS" ? "860" : "643",
  amount: "1.0000",
  amountCount: "150",
  currentBaseRate: "0.006666666667",
  ...change,
});
const RUB = row("RUB", { isBase: true, amountCount: "1" });
const format = (language: string, template: string, decimals = 2): CurrencyFormat => ({
  language,
  format: { template, decimals },
});
const SOUND = [format("ru", "# сум"), format("uz", "# so‘m")];
const paySystem = (restrictionId: number | undefined, ...currencyLists: string[][]): RestrictedPaySystem => ({
  paySystemId: 3,
  currencyLists,
  restrictionId,
});

describe("the currency UZS", () => {
  test("that is right needs nothing", () => {
    expect(currencyPlan([row("UZS"), RUB], SOUND, [paySystem(8, ["UZS"])])).toEqual({ repairs: [], problems: [] });
  });

  test("that is absent is added, with a rate that cannot sell the shop out, and a format for every language", () => {
    const { repairs, problems } = currencyPlan(
      [RUB],
      ["en", "ru", "uz"].map((language) => ({ language, format: undefined })),
      [],
    );

    expect(repairs[0]).toEqual({
      kind: "ADD_CURRENCY",
      fields: { CURRENCY: "UZS", NUMCODE: "860", SORT: "100", BASE: "N", AMOUNT: "1", AMOUNT_CNT: "1000000" },
    });
    const signs = { DEC_POINT: ".", THOUSANDS_VARIANT: "S", DECIMALS: "2", HIDE_ZERO: "Y" };
    expect(repairs.slice(1)).toEqual(
      [
        { LID: "en", FORMAT_STRING: "# UZS", FULL_NAME: "Uzbekistani sum" },
        { LID: "ru", FORMAT_STRING: "# сум", FULL_NAME: "Узбекский сум" },
        { LID: "uz", FORMAT_STRING: "# so‘m", FULL_NAME: "O‘zbek so‘mi" },
      ].map((words) => ({
        kind: "ADD_FORMAT",
        language: words.LID,
        fields: { CURRENCY: "UZS", ...words, ...signs },
      })),
    );
    expect(problems).toEqual([]);
  });

  test("is added and not made the base where there is none", () => {
    const { repairs, problems } = currencyPlan([], [], []);

    expect(repairs).toEqual([
      {
        kind: "ADD_CURRENCY",
        fields: { CURRENCY: "UZS", NUMCODE: "860", SORT: "100", BASE: "N", AMOUNT: "1", AMOUNT_CNT: "1" },
      },
    ]);
    expect(problems).toEqual([{ kind: "NO_BASE" }]);
  });

  test("with a wrong numeric code gets that alone, and no rate", () => {
    const { repairs, problems } = currencyPlan([row("UZS", { numericCode: "000" }), RUB], SOUND, []);

    expect(repairs).toEqual([{ kind: "UPDATE_CURRENCY", fields: { CURRENCY: "UZS", NUMCODE: "860" }, before: "000" }]);
    expect(problems).toEqual([]);
  });

  test("that is the base currency stays it, with its rate", () => {
    const base = row("UZS", { isBase: true, numericCode: "000", amountCount: "1" });

    expect(currencyPlan([base], SOUND, [])).toMatchObject({ repairs: [{ kind: "UPDATE_CURRENCY" }], problems: [] });
  });

  test.each([
    ["one for one", "1.0000", "1"],
    ["what a new one gets", "1.0000", "1000000"],
  ])("with a rate that no admin entered, %s, is reported and not changed", (_, amount, amountCount) => {
    expect(currencyPlan([row("UZS", { amount, amountCount }), RUB], SOUND, [])).toEqual({
      repairs: [],
      problems: [{ kind: "NO_RATE", count: amountCount, amount: "1", base: "RUB" }],
    });
  });
});

describe("a format of UZS", () => {
  test.each<[string, CurrencyFormat, Record<string, string>]>([
    [
      "without decimals gets two, and keeps what an admin wrote",
      format("ru", "UZS #", 0),
      { DECIMALS: "2", HIDE_ZERO: "Y" },
    ],
    ["with three decimals gets two", format("uz", "# so‘m", 3), { DECIMALS: "2", HIDE_ZERO: "Y" }],
    ["with no place for the sum gets one", format("uz", "so‘m"), { FORMAT_STRING: "# so‘m" }],
    ["with neither gets both", format("de", "", 0), { FORMAT_STRING: "# UZS", DECIMALS: "2", HIDE_ZERO: "Y" }],
  ])("%s", (_, wrong, fields) => {
    const { repairs } = currencyPlan([row("UZS"), RUB], [wrong], []);

    expect(repairs).toEqual([{ kind: "UPDATE_FORMAT", language: wrong.language, fields }]);
  });
});

describe("the restriction of a pay system", () => {
  test.each<[string, RestrictedPaySystem, number | undefined]>([
    ["that has none is added", paySystem(undefined), undefined],
    [
      "that lets another currency through as well is narrowed, not joined by a second one",
      paySystem(8, ["UZS", "RUB"]),
      8,
    ],
    ["of two that agree on more than UZS: the first is narrowed", paySystem(8, ["UZS", "RUB"], ["RUB", "UZS"]), 8],
  ])("%s", (_, open, restrictionId) => {
    expect(currencyPlan([row("UZS"), RUB], SOUND, [open])).toEqual({
      repairs: [{ kind: "RESTRICT", paySystemId: 3, restrictionId }],
      problems: [],
    });
  });

  test.each([{ list: ["RUB"] }, { list: [] }])(
    "to $list keeps UZS out by an admin's choice: told and left alone",
    ({ list }) => {
      expect(currencyPlan([row("UZS"), RUB], SOUND, [paySystem(8, list)])).toEqual({
        repairs: [],
        problems: [{ kind: "KEPT_OUT", paySystemId: 3 }],
      });
    },
  );

  test("of two that together let UZS alone through is right", () => {
    const both = paySystem(8, ["UZS", "RUB"], ["UZS", "USD"]);

    expect(currencyPlan([row("UZS"), RUB], SOUND, [both])).toEqual({ repairs: [], problems: [] });
  });
});
