import { type CallRecord, resultText } from "./call-record.ts";
import { type HttpAnswer, html, type Route, seeOther } from "./http.ts";
import { INVOICE_STATUS, type Invoice } from "./invoice.ts";
import type { MerchantCallRecord } from "./merchant-call-record.ts";
import { formatMoney, type Markup, markup, page } from "./page.ts";
import type { Payment } from "./payment.ts";
import type { StandIn } from "./stand-in.ts";

/** Older ones are in the JSON of /simulator/ledger. */
const ROWS_SHOWN_MAX = 100;

/** HTML pages: all payments and invoices, and one payment with its calls and the buttons of a customer. `token`: in their forms. */
export function ledgerPages(standIn: StandIn, token: string): Route {
  return async ({ method, path, body }) => {
    const form = new URLSearchParams(body);
    if (path === "/" && method === "GET") return overview(standIn, token);
    const payment = standIn.ledger.payment(Number(/^\/payments\/(\d+)$/.exec(path)?.[1]));
    if (payment !== undefined && method === "GET")
      return html(page(`Payment ${payment.paymentId}`, onePayment(payment, token)));
    if (payment !== undefined && method === "POST") return actOnPayment(standIn, payment, form.get("act") ?? "");
    const invoice = standIn.ledger.invoice(Number(/^\/invoices\/(\d+)$/.exec(path)?.[1]));
    if (invoice !== undefined && method === "POST") return actOnInvoice(standIn, invoice, form.get("act") ?? "");
    return undefined;
  };
}

async function actOnPayment(standIn: StandIn, payment: Payment, act: string): Promise<HttpAnswer> {
  if (act === "confirm" || act === "decline") standIn.resume(payment, act);
  if (act === "ask-again") standIn.askAgain(payment);
  if (act === "refund-this-payment") standIn.refundInCabinet(payment);
  await standIn.settled(payment);
  return seeOther(`/payments/${payment.paymentId}`);
}

async function actOnInvoice(standIn: StandIn, invoice: Invoice, act: string): Promise<HttpAnswer> {
  if (act === "delete") {
    standIn.deleteInvoice(invoice);
    return seeOther("/");
  }
  const outcome = act === "decline" || act === "hang" ? act : "confirm";
  const payment = await standIn.settled(standIn.payInvoice(invoice, { outcome }));
  return seeOther(`/payments/${payment.paymentId}`);
}

function overview(standIn: StandIn, token: string): HttpAnswer {
  const { ledger } = standIn;
  const services = standIn.services.all.map(({ account: { serviceId }, shop }) => {
    return markup`<li>service ${serviceId}: ${shop === undefined ? "no shop yet (PUT /simulator/urls)" : `${shop.prepareUrl}, ${shop.completeUrl}`}</li>`;
  });
  const waiting = ledger.invoices.filter((invoice) => invoice.status === INVOICE_STATUS.WAITING);
  const content = markup`<h1>Click stand-in</h1>
<ul>${services}</ul>
<p>Taken: <strong>${formatMoney(ledger.takenTiyin())} UZS</strong>. Everything as JSON: <a href="/simulator/ledger">/simulator/ledger</a>; how to steer it: <a href="/simulator">/simulator</a>.</p>
<h2>Invoices that wait</h2>
${waiting.length === 0 ? markup`<p class="note">None.</p>` : waiting.map((invoice) => invoiceCard(invoice, token))}
<h2>Payments</h2>
${ledger.payments.length === 0 ? markup`<p class="note">None yet.</p>` : table(["payment", "order", "sum, UZS", "money", "stage", ""], ledger.payments.slice(-ROWS_SHOWN_MAX).reverse().map(paymentRow))}
<h2>Calls of the Merchant API</h2>
${ledger.merchantCalls.length === 0 ? markup`<p class="note">None yet.</p>` : table(["at", "call", "body", "answer"], ledger.merchantCalls.slice(-ROWS_SHOWN_MAX).reverse().map(merchantCallRow))}`;
  return html(page("Click stand-in", content));
}

function table(heads: readonly string[], rows: readonly Markup[]): Markup {
  return markup`<div class="scroll"><table><tr>${heads.map((head) => markup`<th>${head}</th>`)}</tr>${rows}</table></div>`;
}

function invoiceCard({ invoiceId, phone, reference, amountTiyin }: Invoice, token: string): Markup {
  return markup`<div class="card"><strong>${formatMoney(amountTiyin)} UZS</strong>, order <strong>${reference}</strong>
<p class="note">invoice ${invoiceId}, to ${phone}</p>
${button(`/invoices/${invoiceId}`, ["confirm", "decline", "hang", "delete"], token)}</div>`;
}

function paymentRow(payment: Payment): Markup {
  const { paymentId, reference, amountTiyin, money, stage, note } = payment;
  return markup`<tr><td><a href="/payments/${paymentId}">${paymentId}</a></td><td>${reference}</td><td>${formatMoney(amountTiyin)}</td><td>${money.replace("_", " ")}</td><td>${stage}</td><td>${note}</td></tr>`;
}

function merchantCallRow({ at, method, path, body, result }: MerchantCallRecord): Markup {
  return markup`<tr><td>${at.toISOString().slice(11, 23)}</td><td>${method}<br><code>${path}</code></td><td><code>${body}</code></td><td><code>${result}</code></td></tr>`;
}

function onePayment(payment: Payment, token: string): Markup {
  const acts =
    payment.stage === "hung" && payment.confirmBefore === undefined
      ? ["confirm", "decline"]
      : payment.money === "taken"
        ? ["ask-again", "refund-this-payment"]
        : [];
  return markup`<h1>Payment ${payment.paymentId}</h1>
<div class="card"><p class="sum">${formatMoney(payment.amountTiyin)} UZS</p>
<p>Order <strong>${payment.reference}</strong>, from ${payment.origin}<br>money: ${payment.money.replace("_", " ")}, ${payment.stage}: ${payment.note}</p>
${button(`/payments/${payment.paymentId}`, acts, token)}</div>
<h2>Calls</h2>
${table(["at", "call", "sent", "answer"], payment.calls.map(callRow))}
<p><a href="/">All payments</a></p>`;
}

function callRow({ at, call, sent, result, durationMs }: CallRecord): Markup {
  const fields = Object.entries(sent).map(([name, value]) => `${name}=${value}`);
  const body = "body" in result ? markup`<br><code>${result.body}</code>` : undefined;
  return markup`<tr><td>${at.toISOString().slice(11, 23)}</td><td>${call}<br><span class="note">${durationMs} ms</span></td><td><code>${fields.join(" ")}</code></td><td>${resultText(result)}${body}</td></tr>`;
}

function button(action: string, acts: readonly string[], token: string): Markup {
  const buttons = acts.map((act) => markup`<button name="act" value="${act}">${act.replaceAll("-", " ")}</button>`);
  return markup`<form class="inline" method="post" action="${action}"><input type="hidden" name="token" value="${token}">${buttons}</form>`;
}
