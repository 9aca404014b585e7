import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { Payment_State as State } from "../../../src/gen/clickbridge/v1/payment.ts";
import type { ListPaymentsRequest } from "../../../src/gen/clickbridge/v1/payment_service.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { failureOf } from "../../support/service/failure.ts";
import { NO_FILTER } from "../../support/service/rpcs.ts";
import { call } from "../../support/service/service.ts";
import type { ShopOrder } from "../../support/shop/shop.ts";
import { shopAtClick, type Taken } from "../../support/shop/shop-at-click.ts";

const fixture = shopAtClick();

const list = (filter: Partial<ListPaymentsRequest>) =>
  call(fixture.service.payments, fixture.service.payments.listPayments, { ...NO_FILTER, ...filter });
const idsOf = async (filter: Partial<ListPaymentsRequest>) =>
  (await list(filter)).payments.map((payment) => Number(payment.paymentId));
const find = (searchText: string) => idsOf({ searchText });
const idOf = ({ paymentId }: { readonly paymentId: bigint | number }) => Number(paymentId);

let taken: Taken;
let billed: ShopOrder;
let invoice: { readonly clickInvoiceId: string } | undefined;
let wild: ShopOrder;

beforeAll(async () => {
  fixture.behave({});
  taken = await fixture.taken({ number: "Web-2041/7", sums: ["1000.00"] });
  billed = await fixture.shop.addOrder({ number: "Web-2042", sums: ["15000.50"] });
  ({ invoice } = await call(fixture.service.checkout, fixture.service.checkout.createInvoice, {
    ...{ requestId: randomUUID(), paymentId: BigInt(billed.paymentId), phoneNumber: "+998 90 111-22-33", userId: "" },
  }));
  wild = await fixture.shop.addOrder({ number: "50%_off!" });
  await clickOver(fixture.service).prepare({ merchantTransId: wild.number });
});

describe("a search text finds", () => {
  test.each<[what: string, text: () => string, found: () => object]>([
    ["an order by its number", () => "Web-2041/7", () => taken],
    ["an order by the end of its number", () => "041/7", () => taken],
    ["an order by a part of its number in other letters", () => " wEB-2042 ", () => billed],
    ["a click_trans_id", () => String(taken.atClick.clickTransId), () => taken],
    ["Click's number of a payment", () => String(taken.atClick.paymentId), () => taken],
    ["Click's number of an invoice", () => invoice?.clickInvoiceId ?? "", () => billed],
    ["a phone that was sent an invoice", () => "90 111 22 33", () => billed],
    ["a sum with a comma and spaces", () => "15 000,5", () => billed],
    ["a character that is a wildcard elsewhere", () => "50%_", () => wild],
    ["an exclamation mark", () => "off!", () => wild],
  ])("%s", async (_, text, found) => {
    expect(await find(text())).toEqual([idOf(found() as Taken)]);
  });

  test.each(["Web_2041", "W%1", "%", "_", "\\", "' OR 1=1 -- ", "Web-204\u0000", "😀", "ж"])(
    "%j as it is written, and nothing of what it could mean to a database",
    async (text) => {
      const found = await find(text);

      expect(found).toEqual(wild.number.includes(text) ? [idOf(wild)] : []);
    },
  );

  test("the number of a payment that an order has several of", async () => {
    const order = await fixture.shop.addOrder({ sums: ["10.00", "20.00"] });
    const second = order.payments[1];
    await clickOver(fixture.service).prepare({ merchantTransId: second?.number ?? "", amount: "20.00" });

    expect(await find(second?.number ?? "")).toEqual([second?.id]);
  });

  test("the request_id of a refund", async () => {
    const returned = await fixture.taken();
    const requestId = randomUUID();
    await fixture.refund({ paymentId: returned.paymentId, requestId });

    expect(await find(requestId.toUpperCase())).toEqual([idOf(returned)]);
  });

  test("a payment by the number that Click confirmed, when none came with its callbacks", async () => {
    const confirmed = await fixture.taken();
    const number = newClickId();
    await fixture.shop.query(
      "UPDATE clickbridge_attempt SET click_payment_id = ?, click_paydoc_id = NULL WHERE id = ?",
      [number, confirmed.attemptId],
    );

    expect(await find(number)).toEqual([idOf(confirmed)]);
    expect(await idsOf({ clickId: number })).toEqual([idOf(confirmed)]);
  });

  test("a payment of an order that the shop has deleted", async () => {
    const gone = await fixture.taken({ number: "Gone-1" });
    await fixture.shop.query("DELETE FROM b_sale_order WHERE ID = ?", [gone.order.orderId]);

    expect(await find("one-1")).toEqual([idOf(gone)]);
  });

  test("nothing that the other filters leave out, and everything when it is spaces", async () => {
    const all = await idsOf({});

    expect(await idsOf({ searchText: "Web-204", serviceId: 99n })).toEqual([]);
    expect(await idsOf({ searchText: "Web-204", amountTiyin: 100_000n })).toEqual([idOf(taken)]);
    expect(await find("  ")).toEqual(all);
  });
});

describe("attempts that fit no payment", () => {
  const strays = async (searchText: string) =>
    (await list({ searchText })).attemptsWithoutPayment.map(({ attemptId, lastAnswer, merchantTransId }) => ({
      ...{ attemptId, lastAnswer, merchantTransId },
    }));

  test("are found by Click's numbers and by a part of what Click sent, with what it was told", async () => {
    const merchantTransId = `lost_${randomUUID()}`;
    const [clickTransId, clickPaydocId] = [newClickId(), newClickId()];
    const prepared = await clickOver(fixture.service).prepare({ merchantTransId, clickTransId, clickPaydocId });
    expect(prepared.error).toBe(-5);
    const [found, ...others] = await strays(clickTransId);

    expect([found, others]).toEqual([{ attemptId: found?.attemptId, lastAnswer: -5, merchantTransId }, []]);
    expect(await strays(clickPaydocId)).toEqual([found]);
    expect(await strays(merchantTransId.slice(3, 30))).toEqual([found]);
    expect(await strays(merchantTransId.replace("_", "%"))).toEqual([]);
  });

  test("whose money Click took are found too, and no list without a text has any", async () => {
    const merchantTransId = `paid-${randomUUID()}`;
    const { paymentId } = await fixture.payAtClick(merchantTransId, { after_refusal: "confirm" });

    expect(await strays(merchantTransId)).toMatchObject([{ merchantTransId, lastAnswer: 0 }]);
    expect(await strays(String(paymentId))).toMatchObject([{ merchantTransId }]);
    expect((await list({})).attemptsWithoutPayment).toEqual([]);
  });

  test("come with the first page alone", async () => {
    const { nextPageToken: pageToken } = await list({ searchText: "Web-20", pageSize: 1 });
    expect(pageToken).not.toBe("");

    expect((await list({ searchText: "Web-20", pageSize: 1, pageToken })).attemptsWithoutPayment).toEqual([]);
  });
});

describe("the pages of a search", () => {
  const orders: ShopOrder[] = [];
  beforeAll(async () => {
    for (const number of ["77", "a77", "b77", "c77", "d77"]) {
      const order = await fixture.shop.addOrder({ number });
      await clickOver(fixture.service).prepare({ merchantTransId: number });
      orders.push(order);
    }
  });

  test.each([1, 2, 3, 4, 5])(
    "of %d begin with what the text names exactly, and have each payment once",
    async (pageSize) => {
      const seen: number[] = [];
      let pageToken = "";
      do {
        const page = await list({ searchText: "77", pageSize, pageToken });
        expect(page.payments.length).toBeLessThanOrEqual(pageSize);
        seen.push(...page.payments.map(idOf));
        pageToken = page.nextPageToken;
      } while (pageToken !== "");

      const [exact, ...others] = orders.map(idOf);
      expect(seen).toEqual([exact, ...others.reverse()]);
    },
  );

  test("a token goes with the text that it was made for", async () => {
    const { nextPageToken: pageToken } = await list({ searchText: "77", pageSize: 1 });

    const failure = await failureOf(list({ searchText: "7", pageSize: 1, pageToken }));

    expect(failure.reason).toBe("PAGE_TOKEN_INVALID");
  });
});

describe("a filter", () => {
  test("by sum finds what Click was asked to take, with the fee and without", async () => {
    const order = await fixture.shop.addOrder({ sums: ["777.00"] });
    await clickOver(fixture.service).prepare({ merchantTransId: order.number, amount: "777.00" });
    await fixture.shop.query(
      "UPDATE clickbridge_attempt SET amount_tiyin = 78800, fee_tiyin = 1100 WHERE payment_id = ?",
      [order.paymentId],
    );

    const found = [await idsOf({ amountTiyin: 77_700n }), await idsOf({ amountTiyin: 78_800n }), await find("777")];

    expect(found).toEqual([[order.paymentId], [order.paymentId], [order.paymentId]]);
    expect(await idsOf({ amountTiyin: 1_100n })).toEqual([]);
  });

  test("by capture and by change takes the first moment in and the last one out", async () => {
    const one = await fixture.taken();
    const moment = new Date("2025-03-01T10:00:00.500Z");
    const [before, later] = [new Date(moment.getTime() - 1), new Date(moment.getTime() + 1)];
    const set = async (table: string, column: string) =>
      fixture.shop.query(`UPDATE clickbridge_${table} SET ${column} = ? WHERE payment_id = ?`, [
        "2025-03-01 10:00:00.500",
        one.paymentId,
      ]);
    await set("attempt", "capture_time");
    await set("payment", "update_time");
    const none: number[] = [];

    expect([
      await idsOf({ capturedFromTime: moment, capturedBeforeTime: later }),
      await idsOf({ capturedFromTime: before, capturedBeforeTime: moment }),
      await idsOf({ updatedFromTime: moment, updatedBeforeTime: later }),
      await idsOf({ updatedBeforeTime: moment }),
    ]).toEqual([[idOf(one)], none, [idOf(one)], none]);
  });

  test("by state of the payment finds those in one of the states", async () => {
    const [owed, returned] = [await fixture.owed(), await fixture.taken()];
    await fixture.refund({ paymentId: returned.paymentId });
    const recently = { createdFromTime: new Date("2026-01-01T00:00:00Z") };

    const found = await list({ ...recently, paymentStates: [State.STATE_OWED, State.STATE_REVERSED] });

    expect(found.payments.map(idOf)).toEqual(expect.arrayContaining([idOf(owed), idOf(returned)]));
    for (const { state } of found.payments) expect([State.STATE_OWED, State.STATE_REVERSED]).toContain(state);
  });

  test.each<[string, Partial<ListPaymentsRequest>, string[]]>([
    ["a text of 101 characters", { searchText: "x".repeat(101) }, ["search_text"]],
    ["a sum of nothing", { amountTiyin: 0n }, ["amount_tiyin"]],
    ["a state of tomorrow", { paymentStates: [42 as State] }, ["payment_states"]],
    ["no state", { paymentStates: [State.STATE_UNSPECIFIED] }, ["payment_states"]],
  ])("refuses %s and names the field", async (_, filter, fields) => {
    const failure = await failureOf(list(filter));

    expect(failure).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST", fields });
  });
});
