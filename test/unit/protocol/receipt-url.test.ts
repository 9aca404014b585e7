import { describe, expect, test } from "vitest";
import { isReceiptUrl, parseReceiptUrl } from "../../../src/protocol/receipt-url.ts";
import { instantInTashkent } from "../../../src/protocol/tashkent-time.ts";

const URL_OF_RECEIPT = "https://ofd.soliq.uz/check?t=UZ210317257046&r=99&c=20260101000000&s=123456789012";

test("a receipt's address has four parts, its time is Tashkent's", () => {
  expect(parseReceiptUrl(URL_OF_RECEIPT)).toEqual({
    qrCodeUrl: URL_OF_RECEIPT,
    terminalId: "UZ210317257046",
    receiptNumber: "99",
    receiptTime: new Date("2025-12-31T19:00:00Z"),
    fiscalSign: "123456789012",
  });
  expect(isReceiptUrl(URL_OF_RECEIPT)).toBe(true);
});

describe("no address", () => {
  test.each(["", "receipt", "x".repeat(501), `${URL_OF_RECEIPT}${"0".repeat(500)}`])("is %j", (text) => {
    expect(parseReceiptUrl(text)).toBeUndefined();
    expect(isReceiptUrl(text)).toBe(false);
  });
});

describe("no time", () => {
  test.each(["", "2026", "20260231000000", "20260101240000", "20260101006000", "2026-01-01"])("is %j", (text) => {
    expect(instantInTashkent(text)).toBeUndefined();
  });
});
