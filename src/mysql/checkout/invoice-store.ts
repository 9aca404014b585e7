import type { InvoiceStore, NewInvoice } from "../../app/checkout/invoice-store.ts";
import type { Stored } from "../../app/outbox/send-once.ts";
import type { BookFinding } from "../../app/payments/finding.ts";
import { asInvoiceId, asOrderId, asPaymentId, asServiceId, type InvoiceId } from "../../payment/ids.ts";
import type { Invoice, InvoiceReply, InvoiceState } from "../../payment/invoice.ts";
import { isUntouchedFor } from "../driver/clock.ts";
import type { Pool } from "../driver/pool.ts";
import { integer, type Row, type Statement, statement, text, textOrUndefined, time } from "../driver/statement.ts";
import { inTransaction, read } from "../driver/transaction.ts";
import { attemptsOfPaymentsForUpdate, toAttempt } from "../rows/attempt-rows.ts";
import { chargesOfPaymentForUpdate, toCharge } from "../rows/charge-rows.ts";
import { lockPayments } from "../rows/payment-lock.ts";
import { type EventType, insertEvent } from "../rows/record-rows.ts";
import { shopPaymentById, toShopPayment } from "../rows/shop-rows.ts";
import { checkInvoiceLimits } from "./invoice-limits.ts";

const NOTE_CHARACTERS_MAX = 250;

export const INVOICE_COLUMNS = `id, state, service_id, payment_id, order_id, reference, amount_tiyin, fee_tiyin, phone, click_invoice_id,
  click_error_code, click_error_note, create_time`;

export function invoiceStore(pool: Pool): InvoiceStore {
  return {
    find: async (caller, requestId) => {
      const [found] = await read(pool, invoiceByRequest(caller, requestId));
      return found?.rows.map(withHash)[0];
    },
    store: (invoice, refuse) => store(pool, invoice, refuse),
    claimForSending: (id, token) =>
      inTransaction(pool, async () => ({
        writes: [claimForSending(id, token)],
        value: ([updated]) => updated?.matchedCount === 1,
      })),
    settle: (id, reply) => settle(pool, id, reply),
  };
}

/** Matches its own work as well: a repeat after a lost reply to COMMIT must not take it for somebody else's. */
function claimForSending(id: InvoiceId, token: string): Statement {
  return statement(
    `UPDATE clickbridge_invoice SET state = 'SENDING', send_token = ?
     WHERE id = ? AND (state = 'STORED' OR (state = 'SENDING' AND send_token = ?))`,
    token,
    id,
    token,
  );
}

/** Under the payment's lock, so that no invoice is stored for a payment that is being taken. */
function store(
  pool: Pool,
  invoice: NewInvoice,
  refuse: Parameters<InvoiceStore["store"]>[1],
): ReturnType<InvoiceStore["store"]> {
  const byRequest = invoiceByRequest(invoice.caller, invoice.requestId);
  return inTransaction(pool, async (tx) => {
    const [, found, attempts, payment, charges, clock] = await tx.run(
      lockPayments([invoice]),
      byRequest,
      attemptsOfPaymentsForUpdate([invoice.paymentId]),
      shopPaymentById(invoice.paymentId),
      chargesOfPaymentForUpdate(invoice.paymentId),
      statement("SELECT NOW(3) AS now"),
    );
    const [existing] = (found?.rows ?? []).map(withHash);
    if (existing !== undefined) return { writes: [], value: existing };
    refuse(
      payment?.rows.map(toShopPayment)[0],
      (attempts?.rows ?? []).map(toAttempt),
      (charges?.rows ?? []).map(toCharge),
    );
    if (invoice.callerNetwork !== undefined)
      await checkInvoiceLimits(tx, { ...invoice, network: invoice.callerNetwork });
    const now = clock?.rows[0];
    return {
      writes: [insertInvoice(invoice)],
      value: ([inserted]) => ({
        requestHash: invoice.requestHash,
        request: newInvoice(
          invoice,
          asInvoiceId(inserted?.insertId ?? 0),
          now === undefined ? new Date(0) : time(now, "now"),
        ),
      }),
    };
  });
}

function insertInvoice(invoice: NewInvoice): Statement {
  return statement(
    `INSERT INTO clickbridge_invoice (caller, request_id, request_hash, user_id, state, service_id, payment_id, order_id,
       reference, amount_tiyin, fee_tiyin, phone, caller_network)
     VALUES (?, ?, UNHEX(?), ?, 'STORED', ?, ?, ?, ?, ?, ?, ?, ?)`,
    invoice.caller,
    invoice.requestId,
    invoice.requestHash.toString("hex"),
    invoice.userId,
    BigInt(invoice.serviceId),
    invoice.paymentId,
    invoice.orderId,
    invoice.reference,
    invoice.amountTiyin,
    invoice.feeTiyin,
    invoice.phone,
    invoice.callerNetwork ?? null,
  );
}

function newInvoice(invoice: NewInvoice, id: InvoiceId, createTime: Date): Invoice {
  const { serviceId, paymentId, orderId, reference, amountTiyin, feeTiyin, phone } = invoice;
  return {
    id,
    state: "STORED",
    serviceId,
    paymentId,
    orderId,
    reference,
    amountTiyin,
    feeTiyin,
    phone,
    clickInvoiceId: undefined,
    clickErrorCode: 0,
    clickErrorNote: "",
    createTime,
  };
}

const STATE_OF: Readonly<Record<InvoiceReply["kind"], InvoiceState>> = {
  DONE: "CREATED",
  REFUSED: "REFUSED",
  UNKNOWN: "UNKNOWN",
};
const EVENT_OF: Readonly<Record<InvoiceReply["kind"], EventType>> = {
  DONE: "invoice.created",
  REFUSED: "invoice.refused",
  UNKNOWN: "invoice.unknown",
};

/** Notes Click's reply. Only what is being sent can be settled; anything else keeps what was noted before. */
function settle(pool: Pool, id: InvoiceId, reply: InvoiceReply): Promise<Invoice> {
  return inTransaction(pool, async (tx) => {
    const [found] = await tx.run(invoiceByIdForUpdate(id));
    const [invoice] = (found?.rows ?? []).map(toInvoice);
    if (invoice === undefined) throw new TypeError("an invoice vanished while it was being sent");
    if (invoice.state !== "SENDING") return { writes: [], value: invoice };
    const settled: Invoice = {
      ...invoice,
      state: STATE_OF[reply.kind],
      clickInvoiceId: reply.kind === "DONE" ? reply.clickInvoiceId : undefined,
      clickErrorCode: reply.kind === "REFUSED" ? reply.clickErrorCode : 0,
      clickErrorNote: reply.kind === "REFUSED" ? reply.clickErrorNote.slice(0, NOTE_CHARACTERS_MAX) : "",
    };
    return { writes: [updateInvoice(settled), invoiceEvent(settled, EVENT_OF[reply.kind])], value: settled };
  });
}

function updateInvoice(invoice: Invoice): Statement {
  return statement(
    `UPDATE clickbridge_invoice SET state = ?, click_invoice_id = ?, click_error_code = ?, click_error_note = ?
     WHERE id = ? AND state = 'SENDING'`,
    invoice.state,
    invoice.clickInvoiceId === undefined ? null : BigInt(invoice.clickInvoiceId),
    invoice.clickErrorCode,
    invoice.clickErrorNote,
    invoice.id,
  );
}

function invoiceEvent(invoice: Invoice, type: EventType): Statement {
  const { id, serviceId, paymentId } = invoice;
  const payload = {
    amountTiyin: String(invoice.amountTiyin),
    feeTiyin: String(invoice.feeTiyin),
    clickInvoiceId: invoice.clickInvoiceId,
    clickErrorCode: invoice.clickErrorCode,
  };
  return insertEvent({ type, aggregateId: id, serviceId, paymentId, payload });
}

function invoiceByRequest(caller: string, requestId: string): Statement {
  return statement(
    `SELECT ${INVOICE_COLUMNS}, HEX(request_hash) AS request_hash_hex FROM clickbridge_invoice
     WHERE caller = ? AND request_id = ?`,
    caller,
    requestId,
  );
}

function withHash(row: Row): Stored<Invoice> {
  return { request: toInvoice(row), requestHash: Buffer.from(text(row, "request_hash_hex"), "hex") };
}

export function toInvoice(row: Row): Invoice {
  return {
    id: asInvoiceId(integer(row, "id")),
    state: text(row, "state") as InvoiceState,
    serviceId: asServiceId(text(row, "service_id")),
    paymentId: asPaymentId(integer(row, "payment_id")),
    orderId: asOrderId(integer(row, "order_id")),
    reference: text(row, "reference"),
    amountTiyin: BigInt(text(row, "amount_tiyin")),
    feeTiyin: BigInt(text(row, "fee_tiyin")),
    phone: text(row, "phone"),
    clickInvoiceId: textOrUndefined(row, "click_invoice_id"),
    clickErrorCode: integer(row, "click_error_code"),
    clickErrorNote: text(row, "click_error_note"),
    createTime: time(row, "create_time"),
  };
}

/** Longer than a call to Click can last. */
const STALE_AFTER_SECONDS = 120;
/** A bill that nobody knows of after this is lost: a new request may send another (design.md 6). */
const LOST_AFTER_SECONDS = 600;
const ROWS_A_ROUND_MAX = 50;

/** What a dead process or a lost reply left: being sent becomes unknown, unknown or never sent becomes lost. */
export async function endStaleInvoices(pool: Pool): Promise<readonly BookFinding[]> {
  const [found] = await read(
    pool,
    statement(
      `SELECT ${INVOICE_COLUMNS} FROM clickbridge_invoice
       WHERE (state = 'SENDING' AND ${isUntouchedFor("update_time", STALE_AFTER_SECONDS)})
         OR (state IN ('STORED', 'UNKNOWN') AND ${isUntouchedFor("update_time", LOST_AFTER_SECONDS)})
       LIMIT ${ROWS_A_ROUND_MAX}`,
    ),
  );
  const findings: BookFinding[] = [];
  for (const invoice of (found?.rows ?? []).map(toInvoice)) {
    const next = invoice.state === "SENDING" ? "UNKNOWN" : "LOST";
    const outcome = (await endStale(pool, invoice, next)) ? next : "UNCHANGED";
    findings.push({ subject: `invoice ${invoice.id} (${invoice.state})`, said: "NOT_ASKED", outcome });
  }
  return findings;
}

/** False when somebody else has moved it meanwhile. */
function endStale(pool: Pool, { id, state }: Invoice, next: "UNKNOWN" | "LOST"): Promise<boolean> {
  return inTransaction<boolean>(pool, async (tx) => {
    const [found] = await tx.run(invoiceByIdForUpdate(id));
    const [invoice] = (found?.rows ?? []).map(toInvoice);
    if (invoice?.state !== state) return { writes: [], value: false };
    const end = "UPDATE clickbridge_invoice SET state = ? WHERE id = ? AND state = ?";
    const event = invoiceEvent(invoice, next === "LOST" ? "invoice.lost" : "invoice.unknown");
    return { writes: [statement(end, next, id, state), event], value: true };
  });
}

function invoiceByIdForUpdate(id: InvoiceId): Statement {
  return statement(`SELECT ${INVOICE_COLUMNS} FROM clickbridge_invoice WHERE id = ? FOR UPDATE`, id);
}
