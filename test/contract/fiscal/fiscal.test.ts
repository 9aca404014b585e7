import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type FiscalItem,
  FiscalSubmission_State as State,
  type SubmitItemsRequest,
} from "../../../src/gen/clickbridge/v1/fiscal_service.ts";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { SUBMISSIONS } from "../../../src/mysql/fiscal/fiscal-store.ts";
import { reap } from "../../../src/mysql/outbox/reaper.ts";
import { SUBMISSION_LIFE } from "../../../src/payment/fiscal.ts";
import { CARD_TOKEN, fakeClick, refused, UNKNOWN } from "../../support/click/fake-click.ts";
import { ITEM, newReceipt, RECEIPT_URL } from "../../support/click/receipt.ts";
import { failureOf } from "../../support/service/failure.ts";
import { call, startTestService, type TestService } from "../../support/service/service.ts";
import { purchase } from "../../support/shop/purchase.ts";
import { createShop, SERVICE, type Shop } from "../../support/shop/shop.ts";

const click = fakeClick();

let shop: Shop;
let service: TestService;
let pool: Pool;

beforeAll(async () => {
  shop = await createShop();
  service = await startTestService({ databaseUrl: shop.url, parts: { click: click.api } });
  pool = new Pool({ url: shop.url, connectionsMax: 4 });
});
afterAll(async () => {
  await pool.close();
  await service.stop();
  await shop.stop();
});
beforeEach(() => click.reset());

const submit = (change: Partial<SubmitItemsRequest> & { readonly paymentId: bigint }) =>
  call(service.fiscal, service.fiscal.submitItems, newReceipt(change));
const submitQrCode = (request: {
  readonly paymentId: bigint;
  readonly qrCodeUrl?: string;
  readonly requestId?: string;
}) =>
  call(service.fiscal, service.fiscal.submitQrCode, {
    ...{ requestId: randomUUID(), attemptId: 0n, qrCodeUrl: RECEIPT_URL, userId: "", ...request },
  });
const fiscalData = (paymentId: bigint, attemptId = 0n) =>
  call(service.fiscal, service.fiscal.getFiscalData, { paymentId, attemptId });

/** A payment that Click took the money for. */
async function bought() {
  const { order, clickPaydocId, attemptId } = await purchase(service, shop);
  return { paymentId: BigInt(order.paymentId), clickPaymentId: clickPaydocId, attemptId: BigInt(attemptId) };
}

const names = () => click.calls.map((asked) => asked.name);
const hasReceipt = () => click.answer("fiscalData", () => ({ kind: "DONE", qrCodeUrl: RECEIPT_URL }));
const RECEIPT = {
  qrCodeUrl: RECEIPT_URL,
  terminalId: "EZ000000000030",
  receiptNumber: "123456789",
  receiptTime: new Date("2026-10-28T12:13:40Z"),
  fiscalSign: "987654321098",
};

describe("SubmitItems", () => {
  test("sends the goods of a captured payment to Click", async () => {
    const { paymentId, clickPaymentId } = await bought();

    const { submission, receipt } = await submit({ paymentId, receivedCashTiyin: 5n, userId: "manager 7" });

    expect(submission).toMatchObject({ state: State.STATE_DONE, paymentId, clickPaymentId });
    expect(receipt).toBeUndefined();
    const { commission: _, ...item } = ITEM;
    expect(click.calls).toEqual([
      {
        name: "submitFiscalItems",
        serviceId: SERVICE.serviceId,
        given: [
          clickPaymentId,
          {
            items: [{ ...item, commission: { tin: "123456789" } }],
            receivedEcashTiyin: 100_000n,
            receivedCashTiyin: 5n,
            receivedCardTiyin: 0n,
          },
        ],
      },
    ]);
  });

  test("is stored before it is sent, without the goods", async () => {
    const { paymentId } = await bought();
    const seen: object[] = [];
    click.answer("submitFiscalItems", async () => {
      seen.push(...(await shop.query("SELECT * FROM clickbridge_fiscal WHERE payment_id = ?", [Number(paymentId)])));
      return { kind: "DONE" };
    });

    await submit({ paymentId });

    expect(seen).toMatchObject([{ state: "SENDING", kind: "ITEMS", caller: "office" }]);
    expect(JSON.stringify(seen)).not.toContain(ITEM.spic);
  });

  test("by 20 callers with one request id reaches Click once", async () => {
    const request = { ...(await bought()), requestId: randomUUID(), attemptId: 0n };

    const replies = await Promise.all(Array.from({ length: 20 }, () => submit(request)));

    expect(new Set(replies.map((reply) => reply.submission?.submissionId)).size).toBe(1);
    expect(names()).toEqual(["submitFiscalItems"]);
  });

  test("by 20 callers with different request ids reaches Click once", async () => {
    const { paymentId } = await bought();
    click.answer("submitFiscalItems", async () => {
      hasReceipt();
      return { kind: "DONE" };
    });

    const ends = await Promise.all(
      Array.from({ length: 20 }, () =>
        submit({ paymentId }).then(
          ({ submission }) => submission?.state,
          (error: unknown) => failureOf(Promise.reject(error)).then((failure) => failure.reason),
        ),
      ),
    );

    expect(ends.filter((end) => end === State.STATE_DONE)).toHaveLength(1);
    expect(names().filter((name) => name === "submitFiscalItems")).toHaveLength(1);
  });

  test.each<[string, Partial<SubmitItemsRequest>]>([
    ["other goods", { items: [{ ...ITEM, quantity: 3n }] }],
    ["another sum received", { receivedCardTiyin: 1n }],
  ])("with %s under the same request id is refused", async (_, change) => {
    const request = { ...(await bought()), requestId: randomUUID(), attemptId: 0n };
    await submit(request);

    const failure = await failureOf(submit({ ...request, ...change }));

    expect(failure).toMatchObject({ code: "ALREADY_EXISTS", reason: "REQUEST_ID_REUSED" });
    expect(names()).toEqual(["submitFiscalItems"]);
  });

  test("by another person under the same request id are the same submission", async () => {
    const request = { ...(await bought()), requestId: randomUUID() };
    const first = await submit({ ...request, userId: "anna" });

    const second = await submit({ ...request, userId: "boris" });

    expect(second.submission).toEqual(first.submission);
    expect(names()).toEqual(["submitFiscalItems"]);
  });

  test("a second time reads the receipt first, and is answered with it", async () => {
    const { paymentId } = await bought();
    await submit({ paymentId });
    click.reset();
    hasReceipt();
    const request = { paymentId, requestId: randomUUID() };

    const replies = [await submit(request), await submit(request)];

    for (const { submission, receipt } of replies) {
      expect(submission?.state).toBe(State.STATE_RECEIPT_EXISTS);
      expect(receipt).toEqual(RECEIPT);
    }
    expect(names()).toEqual(["fiscalData"]);
  });

  test("a second time is sent when there is no receipt", async () => {
    const { paymentId } = await bought();
    await submit({ paymentId });
    click.reset();

    const { submission } = await submit({ paymentId });

    expect(submission?.state).toBe(State.STATE_DONE);
    expect(names()).toEqual(["fiscalData", "submitFiscalItems"]);
  });

  test("a second time is sent when Click says that it has no receipt", async () => {
    const { paymentId } = await bought();
    await submit({ paymentId });
    click.reset();
    click.answer("fiscalData", () => refused("OTHER", -1, "not found"));

    await submit({ paymentId });

    expect(names()).toEqual(["fiscalData", "submitFiscalItems"]);
  });

  test.each([
    ["is silent", () => UNKNOWN],
    ["cannot be reached", () => refused("NOT_SENT", 0)],
  ])("a second time is not sent while Click %s, and goes on with the same request", async (_, reply) => {
    const { paymentId } = await bought();
    await submit({ paymentId });
    click.reset();
    click.answer("fiscalData", () => reply());
    const request = { paymentId, requestId: randomUUID() };

    const failure = await failureOf(submit(request));
    click.reset();
    const { submission } = await submit(request);

    expect(failure).toMatchObject({ code: "UNAVAILABLE", reason: "CLICK_UNAVAILABLE" });
    expect(submission?.state).toBe(State.STATE_DONE);
  });

  test("whose reply is lost is UNKNOWN and stays so; another request reads the receipt first", async () => {
    const request = { paymentId: (await bought()).paymentId, requestId: randomUUID() };
    click.answer("submitFiscalItems", () => UNKNOWN);

    const first = await submit(request);
    click.reset();
    const second = await submit(request);
    const asked = names();
    await submit({ paymentId: request.paymentId });

    const states = [first, second].map((reply) => reply.submission?.state);
    expect(states).toEqual([State.STATE_UNKNOWN, State.STATE_UNKNOWN]);
    expect(asked).toEqual([]);
    expect(names()).toEqual(["fiscalData", "submitFiscalItems"]);
  });

  test("while another one is under way is refused; one whose sender died does not block for ever", async () => {
    const { paymentId } = await bought();
    await submit({ paymentId });
    await shop.query("UPDATE clickbridge_fiscal SET state = 'SENDING' WHERE payment_id = ?", [Number(paymentId)]);

    const failure = await failureOf(submit({ paymentId }));
    await shop.query("UPDATE clickbridge_fiscal SET update_time = NOW(3) - INTERVAL 3 MINUTE WHERE payment_id = ?", [
      Number(paymentId),
    ]);
    click.reset();
    await submit({ paymentId });

    expect(failure).toMatchObject({ code: "FAILED_PRECONDITION", reason: "FISCAL_OPEN" });
    expect(failure.metadata).toEqual({ paymentId: String(paymentId) });
    expect(names()).toEqual(["fiscalData", "submitFiscalItems"]);
  });

  test("that was left behind is not sent after a later one", async () => {
    const old = { paymentId: (await bought()).paymentId, requestId: randomUUID() };
    await submit(old);
    await shop.query(
      "UPDATE clickbridge_fiscal SET state = 'STORED', update_time = NOW(3) - INTERVAL 3 MINUTE WHERE payment_id = ?",
      [Number(old.paymentId)],
    );
    await submit({ paymentId: old.paymentId });
    click.reset();

    const failure = await failureOf(submit(old));

    expect(failure.reason).toBe("FISCAL_OPEN");
    expect(names()).not.toContain("submitFiscalItems");
  });

  test("that a dead process left is ended, with the same result by two reapers at once", async () => {
    const left = async (state: "STORED" | "SENDING", minutes: number) => {
      const request = { paymentId: (await bought()).paymentId, requestId: randomUUID() };
      await submit(request);
      await shop.query(
        "UPDATE clickbridge_fiscal SET state = ?, update_time = NOW(3) - INTERVAL ? MINUTE WHERE request_id = ?",
        [state, minutes, request.requestId],
      );
      return async () =>
        (
          await shop.query("SELECT state, click_refusal FROM clickbridge_fiscal WHERE request_id = ?", [
            request.requestId,
          ])
        )
          .map((row) => `${row["state"]} ${row["click_refusal"] ?? ""}`.trim())
          .join();
    };
    const [unsent, sent] = [await left("STORED", 11), await left("SENDING", 3)];
    const [freshUnsent, freshSent] = [await left("STORED", 9), await left("SENDING", 1)];
    click.reset();

    await Promise.all([reap(pool, SUBMISSIONS, SUBMISSION_LIFE), reap(pool, SUBMISSIONS, SUBMISSION_LIFE)]);

    expect([await unsent(), await sent()]).toEqual(["REFUSED NOT_SENT", "UNKNOWN"]);
    expect([await freshUnsent(), await freshSent()]).toEqual(["STORED", "SENDING"]);
    expect(names()).toEqual([]);
  });

  test("that Click refuses fails with Click's code and a stable name, each time", async () => {
    const request = { paymentId: (await bought()).paymentId, requestId: randomUUID() };
    click.answer("submitFiscalItems", () => refused("REQUEST_REJECTED", -8, "wrong SPIC"));

    const failures = [await failureOf(submit(request)), await failureOf(submit(request))];

    for (const failure of failures) {
      expect(failure).toMatchObject({ code: "FAILED_PRECONDITION", reason: "CLICK_REFUSED" });
      expect(failure.metadata).toEqual({ clickErrorCode: "-8", clickRefusal: "REQUEST_REJECTED" });
    }
    expect(names()).toEqual(["submitFiscalItems"]);
  });

  test("of a payment that Click took no money for is not found", async () => {
    const order = await shop.addOrder();

    const failure = await failureOf(submit({ paymentId: BigInt(order.paymentId) }));

    expect(failure).toMatchObject({ code: "NOT_FOUND", reason: "CLICK_PAYMENT_NOT_FOUND" });
    expect(click.calls).toEqual([]);
  });

  test("is found by its own attempt, not by an attempt of another payment", async () => {
    const [one, two] = [await bought(), await bought()];

    const failure = await failureOf(submit({ paymentId: one.paymentId, attemptId: two.attemptId }));
    const { submission } = await submit({ paymentId: one.paymentId, attemptId: one.attemptId });

    expect(failure.reason).toBe("CLICK_PAYMENT_NOT_FOUND");
    expect(submission?.clickPaymentId).toBe(one.clickPaymentId);
  });

  test("of a charged card works before any callback came", async () => {
    const order = await shop.addOrder();
    const paymentId = BigInt(order.paymentId);
    const { charge } = await call(service.cards, service.cards.chargeCardToken, {
      ...{ paymentId, requestId: randomUUID() },
      ...{ cardToken: CARD_TOKEN, userId: "" },
    });

    const { submission } = await submit({ paymentId });

    expect(submission?.clickPaymentId).toBe(charge?.clickPaymentId);
  });
});

const BROKEN: readonly (readonly [string, Partial<FiscalItem>])[] = [
  ["name", { name: "" }],
  ["name", { name: "ж".repeat(64) }],
  ["barcode", { barcode: "1".repeat(14) }],
  ["labels", { labels: Array.from({ length: 301 }, () => "x") }],
  ["labels[1]", { labels: ["x", "y".repeat(22)] }],
  ["labels[0]", { labels: [""] }],
  ["spic", { spic: "0090200100100000" }],
  ["spic", { spic: "0090200100100000x" }],
  ["units", { units: -1n }],
  ["package_code", { packageCode: "" }],
  ["package_code", { packageCode: "1".repeat(21) }],
  ["good_price_tiyin", { goodPriceTiyin: -1n }],
  ["price_tiyin", { priceTiyin: -1n }],
  ["quantity", { quantity: 0n }],
  ["vat_tiyin", { vatTiyin: -1n }],
  ["vat_percent", { vatPercent: 101 }],
  ["vat_percent", { vatPercent: -1 }],
  ["discount_tiyin", { discountTiyin: -1n }],
  ["other_tiyin", { otherTiyin: -1n }],
  ["tin", { commission: { $case: "tin", value: "12345678" } }],
  ["pinfl", { commission: { $case: "pinfl", value: "1234567890123x" } }],
  ["commission", { commission: undefined }],
];

describe("items are checked before anything is stored or sent:", () => {
  test.each(BROKEN)("%s, by its path", async (field, change) => {
    const failure = await failureOf(submit({ paymentId: 1n, items: [ITEM, ITEM, { ...ITEM, ...change }] }));

    expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST" });
    expect(failure.fields).toEqual([`items[2].${field}`]);
    expect(click.calls).toEqual([]);
  });

  test("everything wrong is named at once", async () => {
    const failure = await failureOf(
      submit({
        ...{ paymentId: 0n, attemptId: -1n, requestId: "7", userId: "u".repeat(65) },
        items: [
          { ...ITEM, spic: "" },
          { ...ITEM, vatPercent: 101 },
        ],
        ...{ receivedCashTiyin: -1n, receivedCardTiyin: -1n, receivedEcashTiyin: -1n },
      }),
    );

    expect(failure.fields).toEqual([
      ...["request_id", "payment_id", "attempt_id", "items[0].spic", "items[1].vat_percent"],
      ...["received_ecash_tiyin", "received_cash_tiyin", "received_card_tiyin", "user_id"],
    ]);
  });

  test.each([
    ["none", []],
    ["more than 500", Array.from({ length: 501 }, () => ITEM)],
  ])("%s is no receipt", async (_, items) => {
    const failure = await failureOf(submit({ paymentId: 1n, items }));

    expect(failure.fields).toEqual(["items"]);
  });

  test("of thousands of faults the first 50 are named", async () => {
    const items = Array.from({ length: 500 }, () => ({
      ...ITEM,
      name: "",
      spic: "",
      packageCode: "",
      vatPercent: 101,
    }));

    const failure = await failureOf(submit({ paymentId: 1n, items }));

    expect(failure.reason).toBe("INVALID_REQUEST");
    expect(failure.fields).toHaveLength(50);
  });

  test("the largest that Click takes goes through, in characters and not in bytes", async () => {
    const { paymentId } = await bought();
    const item = {
      ...ITEM,
      name: "ж".repeat(63),
      labels: Array.from({ length: 300 }, () => "ж".repeat(21)),
      packageCode: "9".repeat(20),
      vatPercent: 100,
      commission: { $case: "pinfl", value: "12345678901234" } as const,
    };

    const { submission } = await submit({ paymentId, items: [item] });

    expect(submission?.state).toBe(State.STATE_DONE);
  });
});

describe("SubmitQrCode", () => {
  test("sends a receipt's address to Click, and stores its parts", async () => {
    const { paymentId, clickPaymentId } = await bought();

    const { submission, receipt } = await submitQrCode({ paymentId });

    expect(submission?.state).toBe(State.STATE_DONE);
    expect(receipt).toEqual(RECEIPT);
    expect(click.calls).toMatchObject([{ name: "submitFiscalQrCode", given: [clickPaymentId, RECEIPT_URL] }]);
    expect(
      await shop.query("SELECT * FROM clickbridge_fiscal_receipt WHERE payment_id = ?", [Number(paymentId)]),
    ).toMatchObject([{ terminal_id: "EZ000000000030", receipt_number: "123456789", fiscal_sign: "987654321098" }]);
  });

  test("whose reply is lost keeps no receipt", async () => {
    click.answer("submitFiscalQrCode", () => UNKNOWN);

    const { submission, receipt } = await submitQrCode(await bought());

    expect([submission?.state, receipt]).toEqual([State.STATE_UNKNOWN, undefined]);
  });

  test("after items reads the receipt first", async () => {
    const { paymentId } = await bought();
    await submit({ paymentId });
    click.reset();
    hasReceipt();

    const { submission } = await submitQrCode({ paymentId });

    expect(submission?.state).toBe(State.STATE_RECEIPT_EXISTS);
    expect(names()).toEqual(["fiscalData"]);
  });

  test.each([
    ["of another host", RECEIPT_URL.replace("soliq", "soliqq")],
    ["without TLS", RECEIPT_URL.replace("https", "http")],
    ["without a sign", RECEIPT_URL.replace(/&s=.*/, "")],
    ["of a 31st of February", RECEIPT_URL.replace("20261028", "20260231")],
    ["that is none", "receipt 7"],
    ["of more than 500 characters", `${RECEIPT_URL}${"0".repeat(500)}`],
  ])("refuses an address %s", async (_, qrCodeUrl) => {
    const failure = await failureOf(submitQrCode({ paymentId: 1n, qrCodeUrl }));

    expect(failure.fields).toEqual(["qr_code_url"]);
  });

  test("with another address under the same request id is refused", async () => {
    const request = { paymentId: (await bought()).paymentId, requestId: randomUUID() };
    await submitQrCode(request);

    const failure = await failureOf(submitQrCode({ ...request, qrCodeUrl: RECEIPT_URL.replace("EZ0", "EZ1") }));

    expect(failure.reason).toBe("REQUEST_ID_REUSED");
  });
});

describe("GetFiscalData", () => {
  test("gives the receipt's parts, and keeps them for when Click is silent", async () => {
    const { paymentId } = await bought();
    hasReceipt();
    const first = await fiscalData(paymentId);
    click.answer("fiscalData", () => UNKNOWN);

    const second = await fiscalData(paymentId);

    expect([first.receipt, second.receipt]).toEqual([RECEIPT, RECEIPT]);
  });

  test("gives an address that lacks parts as far as it goes", async () => {
    const { paymentId } = await bought();
    const qrCodeUrl = "https://ofd.soliq.uz/epi?r=7&c=yesterday";
    click.answer("fiscalData", () => ({ kind: "DONE", qrCodeUrl }));

    const { receipt } = await fiscalData(paymentId);

    expect(receipt).toEqual({ qrCodeUrl, terminalId: "", receiptNumber: "7", receiptTime: undefined, fiscalSign: "" });
  });

  test("gives none while there is none", async () => {
    const { receipt } = await fiscalData((await bought()).paymentId);

    expect(receipt).toBeUndefined();
  });

  test("without anything known is UNAVAILABLE while Click is silent, and refused when Click refuses", async () => {
    const { paymentId } = await bought();
    click.answer("fiscalData", () => UNKNOWN);
    const silent = await failureOf(fiscalData(paymentId));
    click.answer("fiscalData", () => refused("OTHER", -9, "no such payment"));

    const refusal = await failureOf(fiscalData(paymentId));

    expect(silent).toMatchObject({ code: "UNAVAILABLE", reason: "CLICK_UNAVAILABLE" });
    expect([refusal.reason, refusal.metadata["clickErrorCode"]]).toEqual(["CLICK_REFUSED", "-9"]);
  });

  test("of a payment that Click took no money for is not found", async () => {
    const order = await shop.addOrder();

    const failure = await failureOf(fiscalData(BigInt(order.paymentId)));

    expect(failure.reason).toBe("CLICK_PAYMENT_NOT_FOUND");
  });

  test("names every fault", async () => {
    const failure = await failureOf(fiscalData(0n, -1n));

    expect(failure.fields).toEqual(["payment_id", "attempt_id"]);
  });
});
