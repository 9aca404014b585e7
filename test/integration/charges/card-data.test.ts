import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newClickId } from "../../support/click/click.ts";
import { CARD_TOKEN, fakeClick } from "../../support/click/fake-click.ts";
import { type MerchantApiStub, type MerchantRequest, startMerchantApi } from "../../support/click/merchant-api-stub.ts";
import { readFailure, type SeenFailure } from "../../support/service/failure.ts";
import { logOfTest } from "../../support/service/log-of-test.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import { createShop, SERVICE, type Shop } from "../../support/shop/shop.ts";

/**
 * Cards and Click Pass codes go through the service at its most talkative, with everything that goes wrong and with a Click that repeats
 * what it was sent; then the log, the errors and every table of ours are searched.
 */

const SECRETS = {
  "card number": "8600490711112222",
  "card number as people write it": "8600 4907 1111 2222",
  "expiry date": "0791",
  "SMS code": "07351",
  token: "TOKEN-7358-407C-B57F-0F6351310803",
  otp: "otp-data-of-a-customer-90210",
} as const;

/** What each call tells Click, which Click may repeat. */
const TOLD: Readonly<Record<string, readonly (keyof typeof SECRETS)[]>> = {
  "card_token/request": ["card number", "card number as people write it", "expiry date"],
  "card_token/verify": ["token", "SMS code"],
  "card_token/payment": ["token", "card number"],
  "card_token/": ["token"],
  "click_pass/payment": ["otp"],
  "click_pass/confirm": ["card number"],
};

type Reply = Awaited<ReturnType<Parameters<MerchantApiStub["answer"]>[0]>>;

/** What Click says when all goes well, whatever it is asked. */
const usual = (mustConfirm = false): Reply => ({
  json: {
    ...{ error_code: 0, error_note: "Success", card_token: CARD_TOKEN, temporary: 0 },
    ...{ phone_number: "99890***67", card_number: "8600 31** **** 3893", confirm_mode: mustConfirm ? 1 : 0 },
    ...{ payment_id: Number(newClickId()), payment_status: mustConfirm ? 0 : 2 },
  },
});

/** A refusal that repeats all that the call told. */
function repeating({ path }: MerchantRequest): Reply {
  const [, told = []] = Object.entries(TOLD).find(([call]) => path.includes(call)) ?? [];
  return { json: { error_code: -302, error_note: `declined: ${told.map((what) => SECRETS[what]).join(", ")}` } };
}

const broken = fakeClick();
const { log, lines } = logOfTest("trace");
const failures: SeenFailure[] = [];

let click: MerchantApiStub;
let shop: Shop;
let service: TestService;
let printed: string;
let dumped: string;

beforeAll(async () => {
  shop = await createShop();
  click = await startMerchantApi();
  service = await startTalkative({});
  click.answer(async () => usual());
  await runAll();
  click.answer(async (request) => repeating(request));
  await runAll();
  await runConfirmation();
  click.answer(async () => "DROP");
  await runAll();
  await runMalformed();
  await runFailingStatements();
  await service.stop();
  for (const name of Object.keys(broken.api) as (keyof typeof broken.api)[]) {
    broken.answer(name, () => Promise.reject(new Error("a bug of ours")));
  }
  service = await startTalkative({ click: broken.api });
  await runAll();
  await service.stop();
  printed = JSON.stringify(lines());
  dumped = JSON.stringify(await dump());
});
afterAll(async () => {
  await click?.stop();
  await shop?.stop();
});

const startTalkative = (parts: NonNullable<Parameters<typeof startTestService>[0]["parts"]>) =>
  startTestService({
    databaseUrl: shop.url,
    log,
    env: { CLICKBRIDGE_LOG_LEVEL: "trace", CLICKBRIDGE_CLICK_API_URL: click.url },
    parts,
  });

const serviceId = BigInt(SERVICE.serviceId);
const token = SECRETS.token;

const requestToken = (expireDate: string = SECRETS["expiry date"], cardNumber: string = SECRETS["card number"]) =>
  call(service.cards, service.cards.requestCardToken, { serviceId, cardNumber, expireDate, temporary: true });
const verify = (smsCode: string = SECRETS["SMS code"]) =>
  call(service.cards, service.cards.verifyCardToken, { serviceId, cardToken: token, smsCode });
const remove = () => call(service.cards, service.cards.deleteCardToken, { serviceId, cardToken: token });
const newPayment = async () => BigInt((await shop.addOrder()).paymentId);
const chargeCard = async (cardToken: string = token, requestId: string = randomUUID()) =>
  call(service.cards, service.cards.chargeCardToken, {
    ...{ requestId, paymentId: await newPayment(), userId: "" },
    cardToken,
  });
const chargePass = async (otpData: string = SECRETS.otp) =>
  call(service.pass, service.pass.chargeClickPass, {
    ...{ requestId: randomUUID(), paymentId: await newPayment(), userId: "", cashboxCode: "" },
    otpData,
  });

/** Keeps what a call that fails tells its caller. */
async function noted<T>(sent: Promise<T>): Promise<T | undefined> {
  try {
    return await sent;
  } catch (error) {
    failures.push(readFailure(error as Parameters<typeof readFailure>[0]));
    return undefined;
  }
}

async function runAll(): Promise<void> {
  await noted(requestToken());
  await noted(requestToken(undefined, SECRETS["card number as people write it"]));
  await noted(verify());
  await noted(chargeCard());
  await noted(chargePass());
  await noted(remove());
  await noted(call(service.pass, service.pass.setConfirmationMode, { serviceId, on: true, userId: "" }));
}

async function runConfirmation(): Promise<void> {
  click.answer(async (request) => (request.path.includes("confirm") ? repeating(request) : usual(true)));
  const made = await noted(chargePass());
  const confirmed = () =>
    call(service.pass, service.pass.confirmClickPass, { chargeId: made?.charge?.chargeId ?? 0n, userId: "" });
  await noted(confirmed());
  await noted(confirmed());
}

/** What breaks a rule by a character must not come back in the fault. */
async function runMalformed(): Promise<void> {
  await noted(requestToken(`${SECRETS["expiry date"]}0`, `${SECRETS["card number"]}0`));
  await noted(verify(`${SECRETS["SMS code"]}x`));
  await noted(chargeCard(`${token} `, "7"));
  await noted(chargePass(SECRETS.otp.repeat(20)));
}

/** Statements that fail with their values in them. */
async function runFailingStatements(): Promise<void> {
  await shop.query("RENAME TABLE clickbridge_charge TO charge_away");
  await noted(chargeCard());
  await noted(chargePass());
  await shop.query("RENAME TABLE charge_away TO clickbridge_charge");
}

/** Every row of every table of ours. Binary columns as text and as hexadecimal. */
async function dump(): Promise<unknown> {
  const tables = (await shop.query("SHOW TABLES LIKE 'clickbridge\\_%'")).map((row) => String(Object.values(row)[0]));
  const rows = await Promise.all(tables.map((table) => shop.query(`SELECT * FROM ${table}`)));
  return tables.map((table, index) => [
    table,
    rows[index]?.map((row) =>
      Object.values(row).map((value) =>
        Buffer.isBuffer(value) ? [value.toString("latin1"), value.toString("hex")] : String(value),
      ),
    ),
  ]);
}

test("the run came to every kind of end", () => {
  const reasons = new Set(failures.map((failure) => failure.reason));

  expect(reasons).toEqual(new Set(["CLICK_REFUSED", "CLICK_REPLY_LOST", "INTERNAL", "INVALID_REQUEST"]));
  expect(click.requests.length).toBeGreaterThan(0);
  expect(printed).toContain("refused");
  expect(printed).toContain("bug");
  for (const state of ["DONE", "REFUSED", "UNKNOWN", "SENDING", "PROCESSING"]) expect(dumped).toContain(`"${state}"`);
  expect(dumped).toContain("declined");
});

describe("neither the log, nor an error, nor a table has", () => {
  test.each(Object.entries(SECRETS))("the %s", (_, secret) => {
    const places = { printed, errors: JSON.stringify(failures), dumped };

    // Only as a separate number, because four digits are part of many numbers.
    const word = new RegExp(`(?<![\\w.:-])${secret}(?![\\w.:-])`);
    const found = Object.entries(places).filter(
      ([, text]) => word.test(text) || (secret.length > 5 && text.includes(secret)),
    );

    expect(found.map(([place]) => place)).toEqual([]);
  });

  test("a digest of one, which could be tried out", async () => {
    const { createHash } = await import("node:crypto");
    const digests = Object.values(SECRETS).map((secret) => createHash("sha256").update(secret).digest("hex"));

    expect(digests.filter((digest) => dumped.includes(digest))).toEqual([]);
  });
});
