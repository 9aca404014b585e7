import { instantInTashkent } from "./tashkent-time.ts";

/** The address in a receipt's QR code, and its parts (click-protocol.md 2.3); a missing part is "". */
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

/** Parses an address from Click; missing parts are allowed. Undefined when it is not an address. */
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

/** Whether it is a complete address of the tax committee: only such ones are sent to Click. */
export function isReceiptUrl(text: string): boolean {
  const receipt = parseReceiptUrl(text);
  if (receipt === undefined) return false;
  const { protocol, host } = new URL(text);
  const { terminalId, receiptNumber, receiptTime, fiscalSign } = receipt;
  const isWhole = terminalId !== "" && receiptNumber !== "" && receiptTime !== undefined && fiscalSign !== "";
  return protocol === "https:" && host === TAX_COMMITTEE && isWhole;
}
