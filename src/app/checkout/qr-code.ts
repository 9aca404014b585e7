import encodeQR from "qr";

/** A QR code as one SVG path of black modules, `size` × `size` units. It needs no style or script, so any content policy allows it. */
export interface QrCode {
  readonly path: string;
  /** Modules per side, including the light margin. */
  readonly size: number;
}

/** Light modules around it, as ISO/IEC 18004 asks. */
const MARGIN_MODULES = 4;
/** The size of version 15. A phone's camera cannot read larger versions from a screen reliably. */
const SIZE_MAX = 77 + 2 * MARGIN_MODULES;
/** The capacity of the error correction level at that size, plus one byte. */
const TEXT_BYTES_MAX = 412;

export const NO_QR_CODE: QrCode = { path: "", size: 0 };

/** Has no path when the text is too long. */
export function qrCode(text: string): QrCode {
  if (Buffer.byteLength(text) > TEXT_BYTES_MAX) return NO_QR_CODE;
  const rows = encodeQR(text, "raw", { ecc: "medium", border: MARGIN_MODULES });
  if (rows.length > SIZE_MAX) return NO_QR_CODE;
  return { path: rows.map((row, y) => rowPath(row, y)).join(""), size: rows.length };
}

/** One line of height 1 for each run of black modules. */
function rowPath(row: readonly boolean[], y: number): string {
  const bits = row.map((isBlack) => (isBlack ? "1" : "0")).join("");
  return [...bits.matchAll(/1+/g)].map(({ 0: run, index: x }) => `M${x} ${y}.5h${run.length}`).join("");
}
