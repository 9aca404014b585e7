import { randomUUID } from "node:crypto";
import { parseAmountTiyin } from "../protocol/amount.ts";
import { ANSWER } from "../protocol/answer.ts";
import type { Behaviour } from "./behaviour.ts";
import { type CallRecord, resultText } from "./call-record.ts";
import { type HttpAnswer, html, type Route, seeOther } from "./http.ts";
import { formatMoney, markup, page } from "./page.ts";
import type { Payment } from "./payment.ts";
import type { StandIn } from "./stand-in.ts";
import { isWebUrl } from "./web-url.ts";

/** Click's page behind the pay link (click-protocol.md 3.1): the customer sees the sum and decides. */
const PATH = /^\/services\/pay\/?$/;

const DECISIONS: Readonly<Record<string, Behaviour["outcome"]>> = {
  confirm: "confirm",
  decline: "decline",
  hang: "hang",
};

/** `token`: in its form. */
export function payPage(standIn: StandIn, token: string): Route {
  return async (request) => {
    if (!PATH.test(request.path)) return undefined;
    if (request.method !== "POST") return askCustomer(standIn, request.query, token);
    return decided(standIn, new URLSearchParams(request.body));
  };
}

/** The fault of a link as a sentence; Click's own text differs. */
function faultOf(standIn: StandIn, link: URLSearchParams): string | undefined {
  const account = standIn.services.find(link.get("service_id") ?? "")?.account;
  if (account === undefined) return "service_id is none of ours.";
  if (link.get("merchant_id") !== account.merchantId) return "merchant_id does not belong to service_id.";
  if (!link.get("transaction_param")) return "transaction_param is missing.";
  if (!parseAmountTiyin(link.get("amount") ?? "")) return "amount must be a sum in soums above 0, N.NN.";
  const cardType = link.get("card_type");
  if (cardType !== null && cardType !== "uzcard" && cardType !== "humo") return "card_type must be uzcard or humo.";
  const returnUrl = link.get("return_url");
  if (returnUrl !== null && !isWebUrl(returnUrl)) return "return_url must be an http or https URL.";
  return undefined;
}

function askCustomer(standIn: StandIn, link: URLSearchParams, token: string): HttpAnswer {
  const fault = faultOf(standIn, link);
  if (fault !== undefined)
    return html(page("This link is wrong", markup`<h1>This link is wrong</h1><p>${fault}</p>`, { narrow: true }), 400);
  const tiyin = parseAmountTiyin(link.get("amount") ?? "") ?? 0n;
  const serviceId = link.get("service_id") ?? "";
  const shop = standIn.services.find(serviceId)?.shop;
  const hidden = ["service_id", "merchant_id", "transaction_param", "amount", "return_url"]
    .filter((name) => link.has(name))
    .map((name) => markup`<input type="hidden" name="${name}" value="${link.get(name) ?? ""}">`);
  const content = markup`<h1>Confirm the payment</h1>
<div class="card">
<p class="sum">${formatMoney(tiyin)} UZS</p>
<p>Order <strong>${link.get("transaction_param") ?? ""}</strong><br><span class="note">service ${serviceId}${shop === undefined ? ", whose shop is not known yet" : `, ${new URL(shop.prepareUrl).host}`}</span></p>
<form method="post" action="/services/pay">
${hidden}
<input type="hidden" name="visit" value="${randomUUID()}">
<input type="hidden" name="token" value="${token}">
<button class="main" name="decision" value="confirm">Confirm</button>
<button name="decision" value="decline">Decline</button>
<button name="decision" value="hang">Let it hang</button>
</form>
</div>`;
  return html(page("Confirm the payment", content, { narrow: true }));
}

async function decided(standIn: StandIn, form: URLSearchParams): Promise<HttpAnswer> {
  const fault = faultOf(standIn, form);
  const outcome = DECISIONS[form.get("decision") ?? ""];
  if (fault !== undefined || outcome === undefined) {
    return html(
      page("This form is wrong", markup`<h1>This form is wrong</h1><p>${fault ?? "decision is missing."}</p>`, {
        narrow: true,
      }),
      400,
    );
  }
  const payment = standIn.pay({
    serviceId: form.get("service_id") ?? "",
    reference: form.get("transaction_param") ?? "",
    amountText: form.get("amount") ?? "",
    origin: "pay page",
    visit: form.get("visit") ?? randomUUID(),
    behaviour: { outcome },
  });
  await standIn.settled(payment);
  const returnUrl = form.get("return_url");
  // The customer goes back when the payment has an end, good or bad (click-protocol.md 3.2); here a refusal is explained first.
  if (payment.stage === "finished" && returnUrl !== null && refusals(payment).length === 0)
    return seeOther(returnTo(returnUrl, payment));
  return html(page("Payment", explain(payment, returnUrl), { narrow: true }));
}

/** Adds Click's two parameters to the shop's URL, which is not changed otherwise. They are unsigned and prove nothing. */
function returnTo(returnUrl: string, { paymentId, status }: Payment): string {
  const { href, hash } = new URL(returnUrl);
  const base = href.slice(0, href.length - hash.length);
  return `${base}${base.includes("?") ? "&" : "?"}payment_id=${paymentId}&payment_status=${status}${hash}`;
}

function explain(payment: Payment, returnUrl: string | null) {
  const said = refusals(payment).map(({ call, result }) => markup`<li>${call}: ${resultText(result)}</li>`);
  const back =
    returnUrl === null ? undefined : markup`<p><a href="${returnTo(returnUrl, payment)}">Back to the shop</a></p>`;
  return markup`<h1>${headingOf(payment)}</h1>
<div class="card"><p class="sum">${formatMoney(payment.amountTiyin)} UZS</p>
<p>Order <strong>${payment.reference}</strong></p><p>${payment.note}</p>${said.length === 0 ? undefined : markup`<p>What the shop said:</p><ul>${said}</ul>`}</div>
<p><a href="/payments/${payment.paymentId}">What Click sent, and every answer</a></p>${back}`;
}

function headingOf(payment: Payment): string {
  if (payment.stage === "hung") return "The payment hangs";
  if (payment.stage !== "finished") return "The payment has no end yet";
  return refusals(payment).length > 0 ? "The shop did not accept the payment" : "Done";
}

/** Calls that stopped the payment or did not reach the shop; empty when all went well. */
function refusals(payment: Payment): readonly CallRecord[] {
  if (payment.stage === "finished" && payment.money === "taken") return [];
  return payment.calls.filter(({ call, sent, result }) => {
    const isCancel = call === "Complete" && sent["error"] !== "0";
    return !isCancel && !(result.kind === "answer" && result.error === ANSWER.SUCCESS);
  });
}
