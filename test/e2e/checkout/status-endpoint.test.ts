import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MerchantApiStub, startMerchantApi } from "../../support/click/merchant-api-stub.ts";
import { call } from "../../support/service/service.ts";
import { type ShopSite, startShopSite, WORLDS, type World } from "../../support/shop/shop-site.ts";

const PHONE = "+998 90 765-43-21";

/** The status endpoint behind real web servers, where PHP is told to leave bodies alone. */
describe.each(Object.keys(WORLDS) as World[])("under %s the status endpoint", (world) => {
  let fixture: ShopSite;
  let click: MerchantApiStub;
  let loads: string;
  beforeAll(async () => {
    click = await startMerchantApi();
    loads = join(tmpdir(), `clickbridge-loads-${process.pid}-${world}`);
    await writeFile(loads, "", { mode: 0o666 });
    fixture = await startShopSite(world, {
      kernel: { loads_file: loads },
      env: { CLICKBRIDGE_CLICK_API_URL: click.url },
    });
  });
  afterAll(async () => {
    await fixture?.stop();
    await click?.stop();
  });

  const url = () => `${fixture.site.url}/bitrix/tools/clickbridge/status.php`;
  const newToken = async () => {
    const { paymentId } = await fixture.shop.addOrder();
    const { checkout } = fixture.service;
    return (await call(checkout, checkout.createCheckoutToken, { paymentId: BigInt(paymentId) })).token;
  };
  const send = (form: Readonly<Record<string, string>>, accept = "application/json") =>
    fetch(url(), { method: "POST", headers: { accept }, body: new URLSearchParams(form) });

  test("returns the stage for a token, without Bitrix, without a cookie, and not to be cached", async () => {
    const answer = await fetch(url(), { headers: { "x-clickbridge-token": await newToken() } });

    expect([answer.status, await answer.json()]).toEqual([200, { stage: "PAYABLE" }]);
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("set-cookie")).toBeNull();
    expect(await readFile(loads, "utf8")).toBe("");
  });

  test.each([
    ["GET", ""],
    ["GET", "?token=v1.AAAAAAAAAAA.A"],
    ["POST", ""],
    ["POST", "?token=v1.AAAAAAAAAAA.A&phone=901234567&nonce=1"],
  ])("%s %s without a token does nothing", async (method, query) => {
    const answer = await fetch(url() + query, { method });

    expect([answer.status, await answer.text()]).toEqual([403, '{"error":"TOKEN"}']);
    expect(click.requests).toEqual([]);
  });

  test("has the invoice sent, once for one form, and says nothing of what it was given", async () => {
    click.reset();
    const form = { token: await newToken(), nonce: "n-1", phone: PHONE, lang: "en" };

    const answers = [await send(form), await send(form), await send(form, "text/html,*/*;q=0.8")];
    const texts = await Promise.all(answers.map((answer) => answer.text()));

    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(texts.slice(0, 2)).toEqual(['{"invoice":"SENT"}', '{"invoice":"SENT"}']);
    expect(texts[2]).toContain("The invoice has been sent");
    expect(click.requests.map(({ body }) => body["phone_number"])).toEqual(["998907654321"]);
  });

  test("repeats nothing of a request", async () => {
    const evil = '"><script>alert(1)</script>';
    const token = await newToken();
    const forms = [
      { token: evil, phone: evil, nonce: evil, lang: evil },
      { token, phone: evil, nonce: "n", lang: "uz" },
      { token, phone: PHONE, nonce: evil, lang: "../../../../etc/passwd" },
    ];

    const answers = await Promise.all(
      forms.flatMap((form) => [send(form), send(form, "text/html")]).map(async (answer) => (await answer).text()),
    );

    expect(answers.filter((text) => text.includes("alert") || text.includes("passwd"))).toEqual([]);
    expect(answers[3]).toContain('<html lang="uz">');
  });

  test("reads no body that is longer than a form of ours", async () => {
    const answer = await send({ token: await newToken(), nonce: "n", phone: "9".repeat(5_000) });

    expect([answer.status, await answer.text()]).toEqual([413, '{"error":"FORM"}']);
  });

  test("logs nothing of all that", () => {
    expect(fixture.site.logs().php).toBe("");
  });
});
