/** Receipt data of one payment from the shop. */
export interface FiscalReceipt {
  readonly paymentId: number;
  /** Number of submissions: the effect of a second one is undocumented, so tests count them. */
  readonly submissions: number;
  /** As received. */
  readonly items: string;
  /** Address of the receipt at ofd.soliq.uz; undefined while there is none. */
  readonly qrCodeUrl: string | undefined;
}

const ITEMS_FIELDS = ["service_id", "payment_id", "items", "received_ecash", "received_cash", "received_card"];
const LABELS_MAX = 300;

type Check = (value: unknown) => boolean;

const text =
  (lengthMax: number): Check =>
  (value) =>
    typeof value === "string" && value !== "" && [...value].length <= lengthMax;
const digits =
  (length: number): Check =>
  (value) =>
    typeof value === "string" && value.length === length && /^\d+$/.test(value);
const unsigned: Check = (value) => Number.isInteger(value) && Number(value) >= 0;
const percent: Check = (value) => unsigned(value) && Number(value) <= 100;
const labels: Check = (value) => Array.isArray(value) && value.length <= LABELS_MAX && value.every(text(21));

/** The table of click-protocol.md 2.3, in its newer form. */
const ITEM_FIELDS: Readonly<Record<string, { readonly is: Check; readonly required: boolean }>> = {
  Name: { is: text(63), required: true },
  Barcode: { is: text(13), required: false },
  Labels: { is: labels, required: false },
  SPIC: { is: digits(17), required: true },
  Units: { is: unsigned, required: false },
  PackageCode: { is: text(20), required: true },
  GoodPrice: { is: unsigned, required: false },
  Price: { is: unsigned, required: true },
  Amount: { is: unsigned, required: true },
  VAT: { is: unsigned, required: true },
  VATPercent: { is: percent, required: true },
  Discount: { is: unsigned, required: false },
  Other: { is: unsigned, required: false },
  CommissionInfo: { is: isCommission, required: true },
};

/** The fault of a submit_items body as a sentence. */
export function faultOfItems(body: Readonly<Record<string, unknown>>): string | undefined {
  const unknownField = Object.keys(body).find((name) => !ITEMS_FIELDS.includes(name));
  if (unknownField !== undefined) return `there is no field ${unknownField}`;
  for (const name of ["received_ecash", "received_cash", "received_card"])
    if (!unsigned(body[name])) return `${name} must be a whole number of tiyin`;
  const { items } = body;
  if (!Array.isArray(items) || items.length === 0) return "items must be a list of one at least";
  for (const [index, item] of items.entries()) {
    const name = faultyField(item);
    if (name !== undefined) return `items[${index}].${name} is wrong or missing`;
  }
  return undefined;
}

function faultyField(item: unknown): string | undefined {
  const fields = typeof item === "object" && item !== null ? (item as Record<string, unknown>) : {};
  const unknownField = Object.keys(fields).find((name) => !Object.hasOwn(ITEM_FIELDS, name));
  if (unknownField !== undefined) return unknownField;
  return Object.entries(ITEM_FIELDS).find(([name, { is, required }]) => {
    const value = fields[name];
    return value === undefined ? required : !is(value);
  })?.[0];
}

/** Exactly one of the two. */
function isCommission(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const [field, ...more] = Object.entries(value);
  if (field === undefined || more.length > 0) return false;
  const [name, number] = field;
  return (name === "TIN" && digits(9)(number)) || (name === "PINFL" && digits(14)(number));
}
