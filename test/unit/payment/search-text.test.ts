import { expect, test } from "vitest";
import { readSearchText } from "../../../src/app/payments/search-text.ts";

const NOTHING = { clickId: undefined, phone: undefined, requestId: undefined, amountTiyin: undefined };
const UUID = "0b9d6a52-3c1e-4d7f-9a10-2f6b8c4d5e6f";

test.each<[typed: string, meanings: object]>([
  ["Web-2041/7", { ...NOTHING, text: "Web-2041/7" }],
  [" 2041 ", { ...NOTHING, text: "2041", clickId: "2041", amountTiyin: 204_100n }],
  ["15 000", { ...NOTHING, text: "15 000", clickId: "15000", amountTiyin: 1_500_000n }],
  ["15\u00a0000,5", { ...NOTHING, text: "15\u00a0000,5", amountTiyin: 1_500_050n }],
  ["15000.50", { ...NOTHING, text: "15000.50", amountTiyin: 1_500_050n }],
  ["15,000.50", { ...NOTHING, text: "15,000.50" }],
  ["+998 (90) 111-22-33", { ...NOTHING, text: "+998 (90) 111-22-33", phone: "998901112233" }],
  [
    "901112233",
    { ...NOTHING, text: "901112233", phone: "998901112233", clickId: "901112233", amountTiyin: 90_111_223_300n },
  ],
  [UUID.toUpperCase(), { ...NOTHING, text: UUID.toUpperCase(), requestId: UUID }],
  ["99999999999999999999", { ...NOTHING, text: "99999999999999999999" }],
  ["-5", { ...NOTHING, text: "-5" }],
  ["0", { ...NOTHING, text: "0", amountTiyin: 0n }],
])("%j can mean what it looks like", (typed, meanings) => {
  expect(readSearchText(typed)).toEqual(meanings);
});

test.each(["", "  ", "\u00a0"])("%j asks for nothing", (typed) => {
  expect(readSearchText(typed)).toBeUndefined();
});
