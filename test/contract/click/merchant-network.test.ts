import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { ClickApi, ClickReply } from "../../../src/app/click/click-api.ts";
import { CircuitBreaker } from "../../../src/click/circuit-breaker.ts";
import { asServiceId } from "../../../src/payment/ids.ts";
import { Secret } from "../../../src/protocol/secret.ts";
import { DEFAULT_BEHAVIOUR } from "../../../src/simulator/behaviour.ts";
import { startSimulator } from "../../../src/simulator/start.ts";
import { clientOf, MERCHANT, NOW } from "../../support/click/merchant-client.ts";
import { type Answer, cut, half, says, silent, wildClick } from "../../support/click/wild-click.ts";
import { freePort } from "../../support/servers/ports.ts";
import { SERVICE } from "../../support/shop/shop.ts";

/** What the network does to each kind of call: a mutation is sent once, a query is retried. */

const UNKNOWN = { kind: "UNKNOWN" };
const NOT_SENT = {
  kind: "REFUSED",
  refusal: "NOT_SENT",
  clickErrorCode: 0,
  clickErrorNote: "Click could not be reached",
};
const bare = (refusal: string, httpStatus: number) => ({
  kind: "REFUSED",
  refusal,
  clickErrorCode: 0,
  clickErrorNote: `HTTP ${httpStatus}`,
});

const cardToken = new Secret("3B1DF3F1-7358-407C-B57F-0F6351310803");
const CHARGE = { cardToken, amountTiyin: 100_000n, reference: "57" };

const MUTATIONS: Readonly<Record<string, (client: ClickApi) => Promise<ClickReply>>> = {
  reversal: (client) => client.reversePayment(MERCHANT, "5000000001"),
  "card charge": (client) => client.chargeCardToken(MERCHANT, CHARGE),
  "confirmation mode": (client) => client.setConfirmationMode(MERCHANT, false),
};
const QUERIES: Readonly<Record<string, (client: ClickApi) => Promise<ClickReply>>> = {
  "payment status": (client) => client.paymentStatus(MERCHANT, "5000000001"),
  "invoice status": (client) => client.invoiceStatus(MERCHANT, "7000000001"),
  "fiscal read": (client) => client.fiscalData(MERCHANT, "5000000001"),
};

const page: Answer = says("<!doctype html><h1>Click is being upgraded</h1>");
/** Sends a byte now and then, so that no silence is long, and never ends. */
const drip: Answer = (response) => {
  response.writeHead(200, { "content-type": "application/json" });
  const timer = setInterval(() => response.write(" "), 5);
  response.once("close", () => clearInterval(timer));
};
/** Begins an answer and says no more. */
const stalls: Answer = (response) => response.writeHead(200).write('{"error_code":0');
const truncated: Answer = says('{"error_code":0,"error_no');
const oversized: Answer = says(JSON.stringify({ error_code: 0, payment_id: 5_000_000_001, more: "x".repeat(70_000) }));

/** Every one of them leaves it unknown whether Click acted. */
const MISHAPS: Readonly<Record<string, Answer>> = {
  "HTTP 500": says({ error_code: -500, error_note: "no" }, 500),
  "HTTP 500 with a success in it": says({ error_code: 0, payment_id: 5_000_000_001 }, 500),
  "HTTP 502 and a page": says("<h1>Bad Gateway</h1>", 502),
  "error_code -500": says({ error_code: -500, error_note: "no" }),
  "HTML instead of JSON": page,
  "truncated JSON": truncated,
  "a reset in the middle of the body": half,
  "a reset before the answer": cut,
  "an oversized answer": oversized,
  silence: silent,
  "silence within the answer": stalls,
  "a slow drip": drip,
  "HTTP 302 to somewhere else": (response) => response.writeHead(302, { location: "/" }).end(),
};

const withMishaps = (calls: typeof MUTATIONS) =>
  Object.entries(calls).flatMap(([name, ask]) =>
    Object.entries(MISHAPS).map(([mishap, answer]) => ({ name, ask, mishap, answer })),
  );
const SHORT = { callTimeoutMs: 100 };

test.each(withMishaps(MUTATIONS))(
  "a $name answered by $mishap is unknown, and not sent again",
  async ({ ask, answer }) => {
    const click = await wildClick(answer);

    expect(await ask(clientOf(click.url, SHORT))).toEqual(UNKNOWN);
    expect(click.asked.length).toBeLessThan(2);
  },
);

test.each(withMishaps(QUERIES))("a $name answered by $mishap is unknown", async ({ ask, answer }) => {
  const click = await wildClick(answer);

  expect(await ask(clientOf(click.url, SHORT))).toEqual(UNKNOWN);
});

/** So long that only the timeout under test can end the call. */
const LONG_MS = 600_000;
const LONG = { callTimeoutMs: LONG_MS, headersTimeoutMs: LONG_MS, bodyTimeoutMs: LONG_MS, connectTimeoutMs: LONG_MS };

test.each<[string, Answer, object]>([
  ["headers that do not come", silent, { headersTimeoutMs: 50 }],
  ["a body that stalls", stalls, { bodyTimeoutMs: 50 }],
  ["an answer that has no end", drip, { callTimeoutMs: 50 }],
])("%s have their own timeout", async (_, answer, limit) => {
  const click = await wildClick(answer);

  expect(await clientOf(click.url, { ...LONG, ...limit }).reversePayment(MERCHANT, "5000000001")).toEqual(UNKNOWN);
});

test("a connection has its own timeout, before which nothing is sent", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  // TCP comes about, TLS does not.
  const client = clientOf(`https://127.0.0.1:${port}/`, { ...LONG, connectTimeoutMs: 50 });

  expect(await client.reversePayment(MERCHANT, "5000000001")).toEqual(NOT_SENT);
});

test.each([
  [401, "UNAUTHORIZED"],
  [403, "FORBIDDEN"],
  [404, "METHOD_UNAVAILABLE"],
  [406, "REQUEST_REJECTED"],
  [410, "METHOD_UNAVAILABLE"],
] as const)("a bare HTTP %i refuses a mutation as %s, and makes a query UNKNOWN", async (httpStatus, refusal) => {
  const click = await wildClick(says("<h1>no</h1>", httpStatus));
  const client = clientOf(click.url);

  const mutations = await Promise.all(Object.values(MUTATIONS).map((ask) => ask(client)));
  const queries = await Promise.all(Object.values(QUERIES).map((ask) => ask(client)));

  expect(mutations).toEqual(mutations.map(() => bare(refusal, httpStatus)));
  expect(queries).toEqual(queries.map(() => UNKNOWN));
});

test.each(Object.entries(MUTATIONS))("a %s whose connection is refused never left", async (_, ask) => {
  expect(await ask(clientOf(`http://127.0.0.1:${await freePort()}/`))).toEqual(NOT_SENT);
});

test("a mutation to a host with an untrusted certificate is not sent", async () => {
  const click = await wildClick(says({ error_code: 0 }));

  const reply = await clientOf(click.url.replace("http:", "https:")).reversePayment(MERCHANT, "5000000001");

  expect(reply).toEqual(NOT_SENT);
  expect(click.asked).toEqual([]);
});

test.each(Object.entries(QUERIES))("a %s whose connection is refused is unknown", async (_, ask) => {
  expect(await ask(clientOf(`http://127.0.0.1:${await freePort()}/`))).toEqual(UNKNOWN);
});

test.each(Object.entries(QUERIES))("a %s without answer is retried once", async (_, ask) => {
  const click = await wildClick(cut, says({ error_code: -3, error_note: "no" }));

  expect(await ask(clientOf(click.url))).toMatchObject({ kind: "REFUSED", clickErrorCode: -3 });
  expect(click.asked).toHaveLength(2);
});

test("an open circuit refuses mutations, makes queries UNKNOWN, and sends nothing until its time is over", async () => {
  const click = await wildClick(cut, cut, cut, says({ error_code: 0, error_note: "" }));
  let now = NOW;
  const circuit = new CircuitBreaker({ now: () => now, failuresMax: 3, openMs: 10_000 });
  const client = clientOf(click.url, { circuit });
  const reverse = () => client.reversePayment(MERCHANT, "5000000001");
  const closed = [await reverse(), await reverse(), await reverse()];

  const open = [await reverse(), await client.paymentStatus(MERCHANT, "5000000001")];
  const sentBefore = click.asked.length;
  now = new Date(NOW.getTime() + 10_000);
  const after = [await reverse(), await reverse()];

  expect(closed).toEqual([UNKNOWN, UNKNOWN, UNKNOWN]);
  expect(open).toEqual([NOT_SENT, UNKNOWN]);
  expect(sentBefore).toBe(3);
  expect(after).toEqual([{ kind: "DONE" }, { kind: "DONE" }]);
});

test("answers that say nothing do not open the circuit: the host is there", async () => {
  const click = await wildClick(says("", 502), page, oversized, says({ error_code: 0 }));
  const circuit = new CircuitBreaker({ now: () => NOW, failuresMax: 1 });
  const client = clientOf(click.url, { circuit });
  const reverse = () => client.reversePayment(MERCHANT, "5000000001");

  const replies = [await reverse(), await reverse(), await reverse(), await reverse()];

  expect(replies).toEqual([UNKNOWN, UNKNOWN, UNKNOWN, { kind: "DONE" }]);
});

test.each([
  ["drop_before_acting", false],
  ["http_500", false],
  ["html", false],
  ["hang", false],
  ["drop_after_acting", true],
  ["http_500_after_acting", true],
  ["truncated", true],
  ["slow_drip", true],
  ["hang_after_acting", true],
] as const)(
  "a refund that the stand-in answers by %s is UNKNOWN, whether it was executed or not",
  async (manner, acted) => {
    const simulator = await startSimulator({ accounts: [SERVICE] });
    const client = clientOf(`${simulator.url}/v2/merchant/`, { callTimeoutMs: 1_000 });
    try {
      const { standIn } = simulator;
      const payment = await standIn.settled(
        standIn.pay({
          serviceId: SERVICE.serviceId,
          reference: "57",
          amountText: "1",
          origin: "control",
          isQuiet: true,
        }),
      );
      standIn.behaviour = { ...DEFAULT_BEHAVIOUR, merchant_fault: manner, merchant_fault_call: "payment/reversal" };
      const account = { ...MERCHANT, serviceId: asServiceId(SERVICE.serviceId) };

      expect(await client.reversePayment(account, String(payment.paymentId))).toEqual(UNKNOWN);
      expect(payment.money).toBe(acted ? "reversed" : "taken");
      expect(standIn.ledger.merchantCalls.map(({ call }) => call)).toEqual(["payment/reversal"]);
    } finally {
      await simulator.stop();
    }
  },
);
