import type { Effect } from "./effects.ts";
import type { EventType } from "./event.ts";
import type { Invoice, InvoiceState } from "./invoice.ts";

const EVENT_OF: Readonly<Record<InvoiceState, EventType | undefined>> = {
  STORED: undefined,
  SENDING: undefined,
  CREATED: "invoice.created",
  REFUSED: "invoice.refused",
  UNKNOWN: "invoice.unknown",
  LOST: "invoice.lost",
  CANCELLED: "invoice.cancelled",
};

/** The effects of an invoice's transition: its row and its event. */
export function invoiceMoved(next: Invoice, before: Invoice): readonly Effect[] {
  const row: Effect = { effect: "SetInvoice", invoice: next, from: before.state };
  const { id, state, serviceId, paymentId, clickInvoiceId, clickErrorCode } = next;
  const type = EVENT_OF[state];
  const sums = { amountTiyin: String(next.amountTiyin), feeTiyin: String(next.feeTiyin) };
  const payload = { ...sums, clickInvoiceId, clickErrorCode };
  return type === undefined
    ? [row]
    : [row, { effect: "AppendEvent", type, aggregateId: id, serviceId, paymentId, payload }];
}
