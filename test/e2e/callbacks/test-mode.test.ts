import { afterAll, beforeAll, expect, test } from "vitest";
import { tashkentTime } from "../../../src/protocol/tashkent-time.ts";
import { DEFAULT_BEHAVIOUR } from "../../../src/simulator/behaviour.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/start.ts";
import { bitrixModule } from "../../../tools/package/bitrix-module.ts";
import { pressIn } from "../../support/click/stand-in.ts";
import { ALL_SCOPES_TOKEN, call } from "../../support/service/service.ts";
import { ADMIN_COOKIE, visitorOf } from "../../support/shop/admin.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { type ShopSite, startShopSite } from "../../support/shop/shop-site.ts";

/** An integrator tries the whole way on the stand-in: the settings page's link, its pay page, both callbacks, and back. */

const REFERENCE = "stand-72";
const TEST_SECRET = "nobody's money";
const HOUR_MS = 60 * 60 * 1_000;

let fixture: ShopSite;
/** Click itself, as far as the service is concerned. */
let click: Simulator;
/** The integrator's own: it knows the test secret only. */
let stand: Simulator;
/** Calls of the Merchant API. */
const heard = { click: [] as string[], stand: [] as string[] };
beforeAll(async () => {
  click = await startSimulator({ accounts: [SERVICE], onMerchantCall: ({ path }) => void heard.click.push(path) });
  fixture = await startShopSite("php-fpm", {
    kernel: { language: "en", admin_cookie: ADMIN_COOKIE },
    bridge: { admin_token: ALL_SCOPES_TOKEN },
    module: { zip: bitrixModule().zip, folder: "local" },
    env: { CLICKBRIDGE_CLICK_API_URL: `${click.url}/v2/merchant/`, CLICKBRIDGE_RECONCILE_REQUESTS_PER_MINUTE: "0" },
  });
  stand = await startSimulator({
    accounts: [{ ...SERVICE, secretKey: TEST_SECRET }],
    onMerchantCall: ({ path }) => void heard.stand.push(path),
  });
  const values = {
    CLICK_CERTIFICATION_REFERENCE: REFERENCE,
    CLICK_CERTIFICATION_UNTIL: tashkentTime(new Date(Date.now() + HOUR_MS)).slice(0, 16),
    CLICK_TEST_URL: stand.url,
    CLICK_TEST_SECRET_KEY: TEST_SECRET,
  };
  // What is refused is told again at once.
  stand.standIn.behaviour = { ...DEFAULT_BEHAVIOUR, retry_delay_ms: 0 };
  for (const [code, value] of Object.entries(values))
    await fixture.shop.setValue(fixture.shop.paySystemId, code, value);
});
afterAll(async () => {
  await stand?.stop();
  await fixture?.stop();
  await click?.stop();
});

const callbacksAt = (route: "callback.php" | "sale_ps_result.php") =>
  route === "callback.php"
    ? { prepareUrl: fixture.site.prepareUrl, completeUrl: fixture.site.completeUrl }
    : { prepareUrl: fixture.resultPage("prepare"), completeUrl: fixture.resultPage("complete") };

/** The link that the settings page shows after "check". */
async function trialLink(): Promise<URL> {
  const admin = visitorOf(fixture);
  const page = "settings.php?mid=clickbridge.payment&lang=en";
  await admin.get(page);
  const { text } = await admin.post(page, { check: "1" });
  const [, href = ""] = /<a href="([^"]+)"[^>]*>Try a purchase on the stand-in</.exec(text) ?? [];
  return new URL(href.replaceAll("&amp;", "&"));
}

/** Confirms on the stand-in's pay page; gives where the browser is sent, and how the payment stands there. */
async function confirm(link: URL) {
  const form = new URLSearchParams(link.search);
  form.set("decision", "confirm");
  expect(link.origin).toBe(new URL(stand.url).origin);
  const response = await pressIn(stand, { path: link.pathname, form });
  const payment = stand.standIn.ledger.payments.at(-1);
  const calls = payment?.calls.map(
    (made) => `${made.call} ${"error" in made.result ? made.result.error : made.result.kind}`,
  );
  return { location: response.headers.get("location") ?? "", money: payment?.money, calls };
}

test.each(["callback.php", "sale_ps_result.php"] as const)(
  "link, pay page, Prepare, Complete and the way back, over %s",
  async (route) => {
    stand.standIn.setShop(callbacksAt(route));
    const link = await trialLink();
    const shown = await (await fetch(link)).text();
    const { location, money, calls } = await confirm(link);

    expect(shown).toContain(`<strong>${REFERENCE}</strong>`);
    expect({ money, calls }).toEqual({ money: "taken", calls: ["Prepare 0", "Complete 0"] });
    expect(location).toContain(`${fixture.site.url}/bitrix/admin/settings.php?mid=clickbridge.payment&payment_id=`);
    expect((await visitorOf(fixture).get(location.slice(location.indexOf("settings.php")))).status).toBe(200);
    expect(await fixture.shop.query("SELECT id FROM clickbridge_attempt")).toEqual([]);
    expect(fixture.site.logs().php).toBe("");
  },
);

test("a link to a real order's payment, made for the stand-in, is refused there by the signature", async () => {
  const order = await fixture.shop.addOrder();
  const link = await trialLink();
  link.searchParams.set("transaction_param", order.number);
  link.searchParams.set("amount", "1000.00");

  for (const route of ["callback.php", "sale_ps_result.php"] as const) {
    stand.standIn.setShop(callbacksAt(route));
    const { calls, money } = await confirm(link);

    expect({ calls: new Set(calls), money }).toEqual({
      calls: new Set(["Prepare -1", "Complete -1"]),
      money: "not_taken",
    });
  }
  expect(await fixture.isPaid(order.paymentId)).toBe(false);
  expect(await fixture.shop.query("SELECT id FROM clickbridge_attempt")).toEqual([]);
});

test("a real payment is polled at Click, and the stand-in gets no request", async () => {
  const order = await fixture.shop.addOrder();
  const { payments } = fixture.service;
  await fixture.prepared(order);

  const asked = [...heard.click];
  await call(payments, payments.refreshPayment, { paymentId: BigInt(order.paymentId) });

  expect(heard.click).not.toEqual(asked);
  expect(heard.stand).toEqual([]);
});
