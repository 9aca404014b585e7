import jsQRModule from "jsqr";
import { expect, test } from "vitest";
import { qrCode } from "../../../src/app/checkout/qr-code.ts";

// Its types say an ES module, and Node gets a CommonJS one.
const jsQR = jsQRModule as unknown as typeof jsQRModule.default;
const PIXELS_A_MODULE = 4;

/** What a camera reads of the path, drawn as an SVG would draw it. */
function readBack({ path, size }: ReturnType<typeof qrCode>): string | undefined {
  const side = size * PIXELS_A_MODULE;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)\.5h(\d+)/g)) {
    for (let row = 0; row < PIXELS_A_MODULE; row += 1) {
      const from = (Number(y) * PIXELS_A_MODULE + row) * side + Number(x) * PIXELS_A_MODULE;
      for (let pixel = from; pixel < from + Number(length) * PIXELS_A_MODULE; pixel += 1) {
        pixels.fill(0, pixel * 4, pixel * 4 + 3);
      }
    }
  }
  return jsQR(pixels, side, side)?.data;
}

test.each([1, 20, 121, 412])("a text of %d bytes is read back off its path", (length) => {
  const text = "https://my.click.uz/services/pay?".padEnd(length, "a&b=%D0%97").slice(0, length);

  const code = qrCode(text);

  expect(readBack(code)).toBe(text);
  expect(code.path).toMatch(/^(M\d+ \d+\.5h\d+)+$/);
});

test("four light modules stand around it", () => {
  const { path, size } = qrCode("https://my.click.uz/services/pay");
  const runs = [...path.matchAll(/M(\d+) (\d+)\.5h(\d+)/g)].map((run) => run.slice(1).map(Number));

  expect(Math.min(...runs.map(([x = 0]) => x))).toBe(4);
  expect(Math.min(...runs.map(([, y = 0]) => y))).toBe(4);
  expect(Math.max(...runs.map(([x = 0, , length = 0]) => x + length))).toBe(size - 4);
});

test("a text that would make a code too fine for a camera has none", () => {
  expect(qrCode("a".repeat(413))).toEqual({ path: "", size: 0 });
});
