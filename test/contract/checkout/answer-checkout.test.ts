import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AnswerCheckoutRequest } from "../../../src/gen/clickbridge/v1/checkout_service.ts";
import { type MerchantApiStub, startMerchantApi } from "../../support/click/merchant-api-stub.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import type { ShopOrder } from "../../support/shop/shop.ts";
import { shopAndService } from "../../support/shop/shop-and-service.ts";

/** What a payment page asks of its shop, forwarded as it came. */
const fixture = shopAndService();

let click: MerchantApiStub;
let service: TestService;
beforeAll(async () => {
  click = await startMerchantApi();
  service = await startTestService({ databaseUrl: fixture.shop.url, env: { CLICKBRIDGE_CLICK_API_URL: click.url } });
});
afterAll(async () => {
  await service?.stop();
  await click?.stop();
});
beforeEach(() => click.reset());

const tokenFor = async ({ paymentId }: Pick<ShopOrder, "paymentId">): Promise<string> =>
  (await call(service.checkout, service.checkout.createCheckoutToken, { paymentId: BigInt(paymentId) })).token;
const newToken = async () => tokenFor(await fixture.shop.addOrder());
/** Of nobody who was counted before. */
const newPhone = () => `99890${String(randomBytes(4).readUInt32BE() % 10_000_000).padStart(7, "0")}`;

function ask(request: Partial<AnswerCheckoutRequest>) {
  const callerAddress = `10.${[...randomBytes(3)].join(".")}`;
  const whole = { httpMethod: "GET", token: "", body: Buffer.alloc(0), callerAddress, ...request };
  return call(service.checkout, service.checkout.answerCheckout, whole);
}

const post = (form: Readonly<Record<string, string>>) =>
  ask({ httpMethod: "POST", body: Buffer.from(new URLSearchParams(form).toString()) });

const answered = (httpStatus: number, fields: Readonly<Record<string, string>>, retryAfterSeconds = 0) => ({
  httpStatus,
  jsonBody: JSON.stringify(fields),
  word: Object.values(fields)[0],
  retryAfterSeconds,
});

describe("a GET", () => {
  test("returns the stage of the token's payment", async () => {
    const order = await fixture.shop.addOrder();
    const token = await tokenFor(order);

    const payable = await ask({ token });
    await fixture.shop.query("UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", [order.paymentId]);

    expect(payable).toEqual(answered(200, { stage: "PAYABLE" }));
    expect(await ask({ token })).toEqual(answered(200, { stage: "PAID" }));
  });

  test("about a payment that a manager has removed says that it cannot be paid, so that an open page stops asking", async () => {
    const order = await fixture.shop.addOrder();
    const token = await tokenFor(order);
    await fixture.shop.query("DELETE FROM b_sale_order_payment WHERE ID = ?", [order.paymentId]);

    expect(await ask({ token })).toEqual(answered(200, { stage: "NOT_PAYABLE" }));
  });

  test.each(["", "v1.AAAAAAAAAAA.A", "v1.<b>", `v1.${"a".repeat(500)}`])(
    "with the token '%s' is refused",
    async (token) => {
      expect(await ask({ token })).toEqual(answered(403, { error: "TOKEN" }));
    },
  );
});

describe("a POST", () => {
  test("sends the invoice once for the same form, and again for another nonce or phone", async () => {
    const token = await newToken();
    const form = { token, nonce: "n-1", phone: newPhone() };

    const answers = [await post(form), await post(form), await post({ ...form, nonce: "n-2" })];
    answers.push(await post({ ...form, phone: newPhone() }));

    expect(answers).toEqual(Array.from({ length: 4 }, () => answered(200, { invoice: "SENT" })));
    expect(click.requests).toHaveLength(3);
  });

  test("with a spelling of the number as people write it reaches the phone", async () => {
    await post({ token: await newToken(), nonce: "n", phone: "+998 90 765-43-21" });

    expect(click.requests.map(({ body }) => body["phone_number"])).toEqual(["998907654321"]);
  });

  test.each<[string, Readonly<Record<string, string>>, number, string]>([
    ["no token", { token: "" }, 403, "TOKEN"],
    ["a list of tokens", { token: "", "token[]": "v1.a.b" }, 403, "TOKEN"],
    ["no phone", { phone: "" }, 422, "PHONE"],
    ["a phone that is none", { phone: "<b>" }, 422, "PHONE"],
    ["a phone of thousands of digits", { phone: "9".repeat(3_000) }, 422, "PHONE"],
    ["no nonce", { nonce: "" }, 422, "FORM"],
    ["a nonce of another form", { nonce: "<b>" }, 422, "FORM"],
    ["a nonce that is too long", { nonce: "a".repeat(65) }, 422, "FORM"],
  ])("with %s is refused, and Click is not asked", async (_, change, httpStatus, error) => {
    const form = { token: await newToken(), nonce: "n", phone: newPhone(), ...change };

    expect(await post(form)).toEqual(answered(httpStatus, { error }));
    expect(click.requests).toEqual([]);
  });

  test("whose phone is no UTF-8 is refused", async () => {
    const body = Buffer.from(`token=${await newToken()}&nonce=n&phone=%ff`);

    expect(await ask({ httpMethod: "POST", body })).toEqual(answered(422, { error: "PHONE" }));
  });

  test("with the token in the header alone is refused, so that no other site can send it", async () => {
    const body = Buffer.from(`nonce=n&phone=${newPhone()}`);

    expect(await ask({ httpMethod: "POST", token: await newToken(), body })).toEqual(answered(403, { error: "TOKEN" }));
  });

  test("whose reply from Click is lost is not reported as sent", async () => {
    click.answer(async () => "DROP");

    expect(await post({ token: await newToken(), nonce: "n", phone: newPhone() })).toEqual(
      answered(200, { invoice: "UNKNOWN" }),
    );
  });

  test("that Click refuses is reported as refused", async () => {
    click.answer(async () => ({ json: { error_code: -1, error_note: "no" } }));

    expect(await post({ token: await newToken(), nonce: "n", phone: newPhone() })).toEqual(
      answered(422, { error: "REFUSED" }),
    );
  });

  test("for a paid payment is reported as paid", async () => {
    const order = await fixture.shop.addOrder();
    const token = await tokenFor(order);
    await fixture.shop.query("UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", [order.paymentId]);

    expect(await post({ token, nonce: "n", phone: newPhone() })).toEqual(answered(409, { error: "NOT_PAYABLE" }));
  });

  test("over the limit is refused with the time of the next try", async () => {
    const token = await newToken();
    const phone = newPhone();
    for (let sent = 0; sent < 5; sent += 1) await post({ token, nonce: `n-${sent}`, phone });

    const { retryAfterSeconds, ...answer } = await post({ token, nonce: "n-5", phone });

    expect(answer).toMatchObject({ httpStatus: 429, word: "TOO_MANY" });
    expect(retryAfterSeconds).toBeGreaterThan(3_000);
  });
});

test.each(["HEAD", "PUT", "DELETE", "OPTIONS", ""])("the method '%s' is refused", async (httpMethod) => {
  expect(await ask({ httpMethod, token: await newToken() })).toEqual(answered(405, { error: "METHOD" }));
});

test("a body that is longer than a form of ours is not read", async () => {
  const token = await newToken();
  const body = Buffer.from(
    new URLSearchParams({ token, nonce: "n", phone: newPhone(), x: "x".repeat(4_096) }).toString(),
  );

  expect(await ask({ httpMethod: "POST", body })).toEqual(answered(413, { error: "FORM" }));
  expect(await ask({ httpMethod: "POST", body: undefined })).toEqual(answered(413, { error: "FORM" }));
  expect(click.requests).toEqual([]);
});
