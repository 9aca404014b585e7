import { isIPv4, isIPv6 } from "node:net";
import type { InvoiceLimit } from "../../payment/failure.ts";

/** Limits count invoices within one hour. An invoice is a message on a phone, so the public form must not allow spam. */
export const INVOICE_WINDOW_SECONDS = 3_600;

/**
 * The limits per payment and per phone count every invoice; the limits per address and in total count only those of payment pages, because
 * a back office may send many. When the total limit is reached, the first invoice of a payment is still sent and only further ones are
 * refused: an attacker with many addresses cannot block other buyers, and needs a new order for each invoice.
 */
export const INVOICES_MAX: Readonly<Record<InvoiceLimit, number>> = {
  PAYMENT: 5,
  PHONE: 5,
  // Mobile operators put many customers behind one address.
  ADDRESS: 30,
  ALL: 1_000,
};

const V4_IN_V6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** An owner of one IPv6 address usually has its whole /64. */
const NETWORK_GROUPS = 4;
const GROUPS = 8;

/** The unit that the limit counts: an IPv4 address, the /64 of an IPv6 address as `2001:db8:0:1::/64`, or `unknown`. */
export function callerNetwork(address: string): string {
  const plain = V4_IN_V6.exec(address)?.[1] ?? address.replace(/%.*$/, "");
  if (isIPv4(plain)) return plain;
  if (!isIPv6(plain)) return "unknown";
  const [head = "", tail] = plain.toLowerCase().split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, GROUPS - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => "0"), ...right];
  return `${groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
