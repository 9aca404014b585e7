import { expect, test } from "vitest";
import { maskPhone, normalisePhone } from "../../../src/protocol/phone.ts";

const NUMBER = "998901234567";

test.each([
  "998901234567",
  "+998901234567",
  "+998 90 123 45 67",
  "+998 (90) 123-45-67",
  "(+998) 90 123 45 67",
  "+998-90-123-45-67",
  "998 90 1234567",
  "00998901234567",
  "901234567",
  "90 123 45 67",
  "90-123-45-67",
  "(90) 123 45 67",
  "90.123.45.67",
  "90/1234567",
  "8 90 123 45 67",
  "8(90)1234567",
  "  +998901234567\t",
  "+998\u00a090\u00a0123\u00a045\u00a067",
  "+998\u202f90\u2009123\u201145\u201367",
])("%j is understood", (text) => {
  expect(normalisePhone(text)).toBe(NUMBER);
});

test.each(["20", "33", "50", "55", "61", "71", "77", "88", "90", "91", "93", "94", "95", "97", "98", "99"])(
  "the operator and city code %s is a subscriber's",
  (code) => {
    expect(normalisePhone(`+998 ${code} 123 45 67`)).toBe(`998${code}1234567`);
  },
);

test.each([
  ["empty", ""],
  ["too short", "9012345"],
  ["one digit too many", "9989012345678"],
  ["one digit too few", "99890123456"],
  ["a Russian number", "+7 901 234 56 78"],
  ["a Kazakh number", "+77012345678"],
  ["a code that begins with 0", "+998 01 234 56 78"],
  ["a code that begins with 1", "+998 12 345 67 89"],
  ["two countries", "+998998901234567"],
  ["letters", "+998 90 ABC 45 67"],
  ["an extension", "+998901234567 ext 5"],
  ["two numbers", "901234567, 907654321"],
  ["a plus inside", "998+901234567"],
  ["a card", "8600 1234 5678 9012"],
])("refuses %s", (_, text) => {
  expect(normalisePhone(text)).toBeUndefined();
});

test("what was normalised stays the same", () => {
  expect(normalisePhone(normalisePhone("90 123 45 67") ?? "")).toBe(NUMBER);
});

test("a mask leaves four digits", () => {
  expect(maskPhone(NUMBER)).toBe("********4567");
});
