import { mkdtemp, rm } from "node:fs/promises";
import { Agent } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type MerchantReply, startMerchantApi } from "../../support/click/merchant-api-stub.ts";
import { makeAuthority, type TestAuthority, type TlsIdentity } from "../../support/servers/tls-files.ts";
import { errorOf, sendJson } from "../../support/service/json-client.ts";
import { startTestService, type TestService } from "../../support/service/service.ts";
import { createShop, SERVICE, type Shop } from "../../support/shop/shop.ts";

/** Where JSON is served, and how it ends. */

const LOOPBACK = "tcp://127.0.0.1:0";
const GET_PAYMENT = "/clickbridge.v1.PaymentService/GetPayment";

let shop: Shop;
let folder: string;
let authority: TestAuthority;
let server: TlsIdentity;

beforeAll(async () => {
  shop = await createShop();
  folder = await mkdtemp(join(tmpdir(), "clickbridge-json-"));
  authority = await makeAuthority(folder, "authority");
  server = await authority.issue("server");
});
afterAll(async () => {
  await shop?.stop();
  await rm(folder, { recursive: true });
});

async function serve(env: Readonly<Record<string, string>>): Promise<TestService & { readonly json: string }> {
  const service = await startTestService({ databaseUrl: shop.url, env });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= service.stop();
    return stopped;
  };
  onTestFinished(stop);
  return { ...service, stop, json: service.running.jsonAddresses[0] ?? "" };
}

describe("an address", () => {
  test("is listened at only when it is set", async () => {
    expect((await serve({})).running.jsonAddresses).toEqual([]);
  });

  test.each([
    ["plaintext outside the loopback", "tcp://0.0.0.0:0", "is plaintext outside the loopback: use tls://"],
    ["plaintext on a name", "tcp://shop.uz:8080", "is plaintext outside the loopback: use tls://"],
    ["plaintext of IPv6", "tcp://[::]:0", "is plaintext outside the loopback: use tls://"],
    ["a socket", "unix:/run/json.sock", "is a socket: use tcp://127.0.0.1:port or tls://host:port"],
    ["TLS without a certificate", "tls://127.0.0.1:0", "needs CLICKBRIDGE_TLS_CERT_FILE and CLICKBRIDGE_TLS_KEY_FILE"],
  ])("that is %s is refused at the start, whatever the network is said to be", async (_, address, words) => {
    const env = { CLICKBRIDGE_JSON_LISTEN: `${LOOPBACK},${address}`, CLICKBRIDGE_TRUSTED_NETWORK: "yes" };

    await expect(serve(env)).rejects.toThrow(`CLICKBRIDGE_JSON_LISTEN: ${address} ${words}`);
  });

  test("that is taken fails the start, and the other one is let go", async () => {
    const { json } = await serve({ CLICKBRIDGE_JSON_LISTEN: LOOPBACK });

    await expect(serve({ CLICKBRIDGE_JSON_LISTEN: `${LOOPBACK},${json}` })).rejects.toThrow("EADDRINUSE");
  });

  test("on a socket's service asks for a token, which the socket itself does not", async () => {
    const { json } = await serve({ CLICKBRIDGE_JSON_LISTEN: LOOPBACK });

    const path = "/clickbridge.v1.OrderUpdateService/ClaimOrderUpdates";
    const reply = await sendJson(json, { path, body: {}, headers: { "Content-Type": "application/json" } });

    expect(errorOf(reply)).toMatchObject({ status: 401, reason: "TOKEN_INVALID" });
  });

  test.each([
    ["its certificate, to clients that trust the authority", {}, {}, 401],
    ["nobody who does not show a certificate where one is asked for", { CLIENT_CA: true }, {}, "ERR_SSL"],
    ["whoever shows a certificate of the authority", { CLIENT_CA: true }, { own: true }, 401],
  ])("with TLS serves %s", async (_, settings, client, outcome) => {
    const { json } = await serve({
      CLICKBRIDGE_JSON_LISTEN: "tls://127.0.0.1:0",
      CLICKBRIDGE_TLS_CERT_FILE: server.certFile,
      CLICKBRIDGE_TLS_KEY_FILE: server.keyFile,
      ...("CLIENT_CA" in settings ? { CLICKBRIDGE_TLS_CLIENT_CA_FILE: authority.certFile } : {}),
    });
    const mine = await authority.issue("client");
    const own = "own" in client ? { cert: mine.cert, key: mine.key } : {};

    const ended = await new Promise<number | string | undefined>((resolve) => {
      const sent = request(`${json.replace("tls:", "https:")}${GET_PAYMENT}`, {
        ...{
          method: "POST",
          ca: authority.cert,
          agent: false,
          headers: { "Content-Type": "application/json" },
          ...own,
        },
      });
      sent.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code));
      sent.once("response", (response) => resolve(response.resume().statusCode));
      sent.end("{}");
    });

    if (typeof outcome === "number") expect(ended).toBe(outcome);
    else expect(String(ended)).toMatch(/^(ERR_SSL|ECONNRESET|EPIPE)/);
  });
});

describe("beside the RPCs", () => {
  test("the health is told without a token", async () => {
    const { json } = await serve({ CLICKBRIDGE_JSON_LISTEN: LOOPBACK });

    const reply = await sendJson(json, { path: "/health", method: "GET", headers: {} });

    expect(reply).toMatchObject({ status: 200, body: { status: "SERVING" } });
  });

  test.each([
    ["on", 200],
    ["off", 404],
  ])("the OpenAPI is as open as reflection (%s)", async (reflection, httpStatus) => {
    const { json } = await serve({ CLICKBRIDGE_JSON_LISTEN: LOOPBACK, CLICKBRIDGE_REFLECTION: reflection });

    const reply = await sendJson(json, { path: "/openapi.json", method: "GET", headers: {} });

    expect(reply.status).toBe(httpStatus);
  });
});

test("a drain lets the call under way finish, refuses the next ones, and ends the connections", async () => {
  const click = await startMerchantApi();
  onTestFinished(() => click.stop());
  const service = await serve({ CLICKBRIDGE_JSON_LISTEN: LOOPBACK, CLICKBRIDGE_CLICK_API_URL: click.url });
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  let letGo = (_reply: MerchantReply) => {};
  const asked = new Promise<void>((resolve) => {
    click.answer(() => {
      resolve();
      return new Promise((answer) => {
        letGo = answer;
      });
    });
  });
  const path = "/clickbridge.v1.PassService/SetConfirmationMode";
  const underWay = sendJson(service.json, { path, agent, body: { serviceId: SERVICE.serviceId, on: true } });
  await asked;
  const openConnection = await sendJson(service.json, { path: "/health", method: "GET", agent });

  const drained = service.stop();
  const late = await sendJson(service.json, { path: "/health", method: "GET" }).catch((error: Error) => error.message);
  letGo({ json: { error_code: 0, error_note: "" } });

  expect(openConnection.status).toBe(200);
  expect(late).toMatch(/ECONNREFUSED|socket hang up|ECONNRESET/);
  expect(await underWay).toMatchObject({ status: 200, headers: { connection: "close" } });
  await expect(drained).resolves.toBeUndefined();
});
