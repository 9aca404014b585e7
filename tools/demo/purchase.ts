import { createPool, type Pool, type RowDataPacket } from "mysql2/promise";
import { until } from "../../test/support/until.ts";
import { addOrder } from "./orders.ts";
import type { Places } from "./place.ts";

const SUM = "150000.00";
/** PHP applies the order update after it has answered Click, so the order is paid a moment later. */
const PAID_TIMEOUT_MS = 20_000;

interface Call {
  readonly call: "Prepare" | "Complete";
  readonly result: { readonly error?: number; readonly prepare_id?: string; readonly reason?: string };
}

/** Buys one new order as a customer would, and says each step as it happens. Throws with the reason when a step fails. */
export async function purchase(places: Places, say: (line: string) => void): Promise<void> {
  const pool = createPool({ uri: places.database_url, connectionLimit: 1, charset: "utf8mb4" });
  try {
    await buy(pool, places, say);
  } finally {
    await pool.end();
  }
}

async function buy(pool: Pool, places: Places, say: (line: string) => void): Promise<void> {
  const number = `demo-${Date.now()}`;
  const order = await addOrder(pool, { number, sums: [SUM], paySystemId: places.pay_system_id });
  say(`order ${number} of ${SUM} UZS, unpaid`);

  const orderPage = new URL(`order.php?id=${order.orderId}`, places.shop_url).href;
  const link = payLinkIn(await fetchText(orderPage), places.simulator_url);
  say(`link: ${link}`);

  const back = await confirm(link);
  for (const { call, result } of await callsOf(places.simulator_url, number)) {
    if (result.error !== 0) throw new Error(`${call} was answered ${result.error ?? result.reason}`);
    say(`${call}: 0${call === "Prepare" ? `, merchant_prepare_id ${result.prepare_id}` : ""}`);
  }
  say(`the customer is sent back to ${back}`);

  const updateState = "SELECT state FROM clickbridge_order_update WHERE payment_id = ?";
  const applied = async () => (await firstValue(pool, updateState, order.paymentId)) === "APPLIED";
  await until("the order update was not applied", applied, PAID_TIMEOUT_MS);
  say("order update applied");
  const isPaid = "SELECT PAID FROM b_sale_order_payment WHERE ID = ?";
  const paid = async () => (await firstValue(pool, isPaid, order.paymentId)) === "Y";
  await until("the payment is not paid", paid, PAID_TIMEOUT_MS);
  say(`PAID=Y: payment ${order.paymentId} of order ${number}`);
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered HTTP ${response.status}`);
  return response.text();
}

function payLinkIn(page: string, simulatorUrl: string): string {
  const href = [...page.matchAll(/href="([^"]*)"/g)].map(([, text = ""]) => text.replaceAll("&amp;", "&"));
  const link = href.find((text) => text.startsWith(`${simulatorUrl}/services/pay`));
  if (link === undefined) throw new Error("the order's page shows no button to pay with Click");
  return link;
}

/** Opens Click's page and presses its button; gives where the browser is sent. */
async function confirm(link: string): Promise<string> {
  const page = await fetchText(link);
  const form = new URLSearchParams({ decision: "confirm" });
  for (const [, name = "", value = ""] of page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)) {
    form.set(name, unescapeHtml(value));
  }
  const response = await fetch(new URL("/services/pay", link), { method: "POST", body: form, redirect: "manual" });
  const location = response.headers.get("location");
  if (location === null) throw new Error("Click's page sent the customer nowhere: the payment has no end yet");
  return location;
}

function unescapeHtml(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

async function callsOf(simulatorUrl: string, reference: string): Promise<readonly Call[]> {
  const ledger = JSON.parse(await fetchText(`${simulatorUrl}/simulator/ledger`)) as {
    readonly payments: readonly { readonly reference: string; readonly calls: readonly Call[] }[];
  };
  const payment = ledger.payments.find((one) => one.reference === reference);
  if (payment === undefined) throw new Error("Click knows nothing of the payment");
  return payment.calls;
}

/** The first value of the first row. */
async function firstValue(pool: Pool, sql: string, paymentId: number): Promise<unknown> {
  const [[row]] = await pool.query<RowDataPacket[]>(sql, [paymentId]);
  return Object.values(row ?? {})[0];
}
