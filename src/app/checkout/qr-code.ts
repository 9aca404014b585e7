import encodeQR from "qr";

/** A QR code as one path of black modules, for an SVG of `size` × `size` units: no style and no script, so any content policy lets it be. */
export interface QrCode {
  readonly path: string;
  /** Modules on a side, the light margin included. */
  readonly size: number;
}

/** Light modules around it, as ISO/IEC 18004 asks. */
const MARGIN_MODULES = 4;
/** A code of version 15. A finer one is beyond what a phone's camera reads off a screen. */
const SIZE_MAX = 77 + 2 * MARGIN_MODULES;
/** What its error correction level holds at that size, and one byte more. */
const TEXT_BYTES_MAX = 412;

export const NO_QR_CODE: QrCode = { path: "", size: 0 };

/** Without a path for a text that is too long. */
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
