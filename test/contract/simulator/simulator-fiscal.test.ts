import { afterEach, beforeEach, expect, test } from "vitest";
import type { ClickApi, FiscalItem } from "../../../src/app/click/click-api.ts";
import { behave, clientOfBench, OTHER_SHOP, SHOP } from "../../support/click/merchant-bench.ts";
import { type Bench, startBench } from "../../support/click/stand-in.ts";

let bench: Bench;
let client: ClickApi;
beforeEach(async () => {
  bench = await startBench();
  client = clientOfBench(bench);
});
afterEach(() => bench.stop());

const ITEM: FiscalItem = {
  name: "Чай, шт",
  barcode: "4780000000007",
  labels: ["0104600000000000215"],
  spic: "00902001001000000",
  units: 1511n,
  packageCode: "1500001",
  goodPriceTiyin: 1_920_000n,
  priceTiyin: 3_840_000n,
  quantity: 2n,
  vatTiyin: 411_429n,
  vatPercent: 12,
  discountTiyin: 0n,
  otherTiyin: 0n,
  commission: { tin: "123456789" },
};
const BARE: FiscalItem = {
  ...ITEM,
  barcode: undefined,
  labels: [],
  units: undefined,
  goodPriceTiyin: undefined,
  discountTiyin: undefined,
  otherTiyin: undefined,
  commission: { pinfl: "12345678901234" },
};

const paid = async (behaviour: object = {}) => String((await bench.pay("A", "38400.00", behaviour)).payment_id);
const submit = (id: string, ...items: FiscalItem[]) =>
  client.submitFiscalItems(SHOP, id, {
    items,
    receivedEcashTiyin: 0n,
    receivedCashTiyin: 0n,
    receivedCardTiyin: 3_840_000n,
  });

test("items are kept, and the receipt can be read", async () => {
  const id = await paid();
  const before = await client.fiscalData(SHOP, id);
  const replies = [await submit(id, ITEM, BARE), await submit(id, ITEM)];
  const after = await client.fiscalData(SHOP, id);

  expect(before).toEqual({ kind: "DONE", qrCodeUrl: undefined });
  expect(replies).toEqual([{ kind: "DONE" }, { kind: "DONE" }]);
  expect(after).toEqual({
    kind: "DONE",
    qrCodeUrl: expect.stringMatching(/^https:\/\/ofd\.soliq\.uz\/check\?t=\w+&r=\d+&c=\d{14}&s=\d{12}$/),
  });
  expect(bench.simulator.standIn.ledger.receipts).toMatchObject([{ submissions: 2 }]);
});

test.each<[string, Partial<FiscalItem>, string]>([
  ["no name", { name: "" }, "Name"],
  ["a name of 64 letters", { name: "ч".repeat(64) }, "Name"],
  ["a barcode of 14 digits", { barcode: "12345678901234" }, "Barcode"],
  ["a label of 22 letters", { labels: ["x".repeat(22)] }, "Labels"],
  ["301 labels", { labels: Array(301).fill("x") }, "Labels"],
  ["an ИКПУ of 16 digits", { spic: "0090200100100000" }, "SPIC"],
  ["no package code", { packageCode: "" }, "PackageCode"],
  ["a package code of 21 letters", { packageCode: "1".repeat(21) }, "PackageCode"],
  ["a price below 0", { priceTiyin: -1n }, "Price"],
  ["a VAT of 101 %", { vatPercent: 101 }, "VATPercent"],
  ["a VAT of 1.5 %", { vatPercent: 1.5 }, "VATPercent"],
  ["a TIN of 8 digits", { commission: { tin: "12345678" } }, "CommissionInfo"],
  ["a PINFL of 13 digits", { commission: { pinfl: "1234567890123" } }, "CommissionInfo"],
])("an item with %s is refused, and the field is named", async (_, change, field) => {
  const reply = await submit(await paid(), ITEM, { ...ITEM, ...change });

  expect(reply).toMatchObject({ kind: "REFUSED", clickErrorNote: `items[1].${field} is wrong or missing` });
  expect(bench.simulator.standIn.ledger.receipts).toEqual([]);
});

test("a receipt without items is refused", async () => {
  expect(await submit(await paid())).toMatchObject({ kind: "REFUSED", clickErrorCode: -2 });
});

test.each<[string, () => Promise<string>]>([
  ["that does not exist", async () => "5000000001"],
  ["that was not paid", () => paid({ outcome: "decline" })],
])("a payment %s has no receipt", async (_, make) => {
  const id = await make();

  expect(await submit(id, ITEM)).toMatchObject({ kind: "REFUSED", clickErrorCode: -3 });
  expect(await client.submitFiscalQrCode(SHOP, id, "https://ofd.soliq.uz/check?t=1")).toMatchObject({
    kind: "REFUSED",
  });
});

test("another service's receipt is not returned", async () => {
  expect(await client.fiscalData(OTHER_SHOP, await paid())).toMatchObject({ kind: "REFUSED", clickErrorCode: -3 });
});

test("a shop's own receipt is taken by its address at the tax office, and no other", async () => {
  const id = await paid();
  const replies = [
    await client.submitFiscalQrCode(SHOP, id, "https://example.com/check?t=1"),
    await client.submitFiscalQrCode(SHOP, id, "https://ofd.soliq.uz/check?t=EP1&r=7&c=1&s=2"),
  ];

  expect(replies.map(({ kind }) => kind)).toEqual(["REFUSED", "DONE"]);
  expect(await client.fiscalData(SHOP, id)).toEqual({
    kind: "DONE",
    qrCodeUrl: "https://ofd.soliq.uz/check?t=EP1&r=7&c=1&s=2",
  });
});

test("a receipt may have no address yet", async () => {
  behave(bench, { fiscal_receipt_ready: false });
  const id = await paid();
  await submit(id, ITEM);

  expect(await client.fiscalData(SHOP, id)).toEqual({ kind: "DONE", qrCodeUrl: undefined });
});
