import { instantInTashkent } from "./tashkent-time.ts";

/** A fiscal receipt by the address that its QR code holds, and the parts of that address (click-protocol.md 2.3); a missing one is "". */
export interface FiscalReceiptUrl {
  readonly qrCodeUrl: string;
  /** `t`. */
  readonly terminalId: string;
  /** `r`. */
  readonly receiptNumber: string;
  /** `c`, `YYYYMMDDHHmmss`, read as Tashkent's time. */
  readonly receiptTime: Date | undefined;
  /** `s`. */
  readonly fiscalSign: string;
}

const RECEIPT_URL_CHARACTERS_MAX = 500;
const PART_CHARACTERS_MAX = 64;
const TAX_COMMITTEE = "ofd.soliq.uz";

/** Reads an address as Click gives it, lenient about what it lacks; undefined for what is none. */
export function parseReceiptUrl(qrCodeUrl: string): FiscalReceiptUrl | undefined {
  if (qrCodeUrl.length > RECEIPT_URL_CHARACTERS_MAX || !URL.canParse(qrCodeUrl)) return undefined;
  const { searchParams } = new URL(qrCodeUrl);
  const part = (name: string) => (searchParams.get(name) ?? "").slice(0, PART_CHARACTERS_MAX);
  return {
    qrCodeUrl,
    terminalId: part("t"),
    receiptNumber: part("r"),
    receiptTime: instantInTashkent(part("c")),
    fiscalSign: part("s"),
  };
}

/** Whether it is whole, and the tax committee's: nothing else is handed to Click. */
export function isReceiptUrl(text: string): boolean {
  const receipt = parseReceiptUrl(text);
  if (receipt === undefined) return false;
  const { protocol, host } = new URL(text);
  const { terminalId, receiptNumber, receiptTime, fiscalSign } = receipt;
  const isWhole = terminalId !== "" && receiptNumber !== "" && receiptTime !== undefined && fiscalSign !== "";
  return protocol === "https:" && host === TAX_COMMITTEE && isWhole;
}
