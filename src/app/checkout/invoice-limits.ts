import { isIPv4, isIPv6 } from "node:net";
import type { InvoiceLimit } from "../../payment/failure.ts";

/** Invoices within any hour. An invoice is a message on somebody's phone: whoever finds the form must not be able to plague people with it. */
export const INVOICE_WINDOW_SECONDS = 3_600;

/**
 * By payment and by phone every invoice counts; by address and in all those of payment pages, for a back office may send many. What is full
 * in all takes a payment's second invoice and never its first: somebody with many addresses must not keep every buyer from the form, and
 * needs an order of his own for each invoice more.
 */
export const INVOICES_MAX: Readonly<Record<InvoiceLimit, number>> = {
  PAYMENT: 5,
  PHONE: 5,
  // Mobile operators put many customers behind one address.
  ADDRESS: 30,
  ALL: 1_000,
};

const V4_IN_V6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** Whoever has one IPv6 address has a whole /64 of them. */
const NETWORK_GROUPS = 4;
const GROUPS = 8;

/** What an address is counted as: an IPv4 address, the /64 of an IPv6 one as `2001:db8:0:1::/64`, or `unknown`. */
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
