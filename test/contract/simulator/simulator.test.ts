import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startSimulator } from "../../../src/simulator/start.ts";
import { type Rules, SECRET } from "../../support/click/click-merchant.ts";
import { ACCOUNT, type Bench, heard, startBench } from "../../support/click/stand-in.ts";

const HTTP_500 = { kind: "no answer", reason: "HTTP 500", body: "<b>debug: key is [secret]</b>" };

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.stop());

async function benchWith(rules: Rules): Promise<Bench> {
  const other = await startBench(rules);
  onTestFinished(() => other.stop());
  return other;
}

describe("what a customer can do", () => {
  test("confirming prepares, takes the money, completes, and ends paid", async () => {
    const payment = await bench.pay("A", "38400.00");

    expect(payment).toMatchObject({ money: "taken", stage: "finished", status: 2 });
    expect(heard(payment)).toEqual(["Prepare 0", "Complete 0"]);
    expect(bench.merchant.isPaid("A")).toBe(true);
  });

  test.each([-1, -5017])("declining completes with the error %i and takes nothing", async (error) => {
    const payment = await bench.pay("A", "38400.00", { outcome: "decline", decline_error: error });

    expect(payment).toMatchObject({ money: "not_taken", stage: "finished", status: error });
    expect(heard(payment)).toEqual(["Prepare 0", "Complete -9"]);
    expect(payment.calls.at(-1)?.sent["error"]).toBe(String(error));
  });

  test("a payment that hangs can be confirmed later", async () => {
    const hung = await bench.pay("A", "38400.00", { outcome: "hang" });
    const resumed = await bench.act(hung, "resume", { outcome: "confirm" });

    expect(hung).toMatchObject({ money: "not_taken", stage: "hung" });
    expect(resumed).toMatchObject({ money: "taken", stage: "finished" });
  });
});

describe("what Click does by itself", () => {
  test("a refused Prepare is followed by a cancelling Complete", async () => {
    const payment = await bench.pay("nobody's", "1.00");

    expect(heard(payment)).toEqual(["Prepare -5", "Complete -9"]);
    expect(payment).toMatchObject({ money: "not_taken" });
  });

  test("a refused Prepare is still confirmed when the money was already taken", async () => {
    const payment = await bench.pay("A", "1.00", { after_refusal: "confirm" });

    expect(payment).toMatchObject({ money: "taken", stage: "manual" });
    expect(payment.calls.at(-1)?.sent["error"]).toBe("0");
  });

  test("a lost answer to Complete makes it ask again with Prepare, and -4 ends that without another Complete", async () => {
    const payment = await bench.pay("A", "38400.00", { drop_answer: "complete" });

    expect(heard(payment)).toEqual(["Prepare 0", "Complete dropped", "Prepare -4"]);
    expect(payment).toMatchObject({ money: "taken", stage: "finished" });
  });

  test("money whose shop gives no final answer is left to Click's support after five tries", async () => {
    const broken = await benchWith({
      twist: (fields, right) => (fields["action"] === "1" ? { error: -7 } : right),
    });

    const payment = await broken.pay("A", "38400.00");

    expect(heard(payment)).toEqual(["Prepare 0", ...Array(5).fill("Complete -7")]);
    expect(payment).toMatchObject({ money: "taken", stage: "manual", status: 2 });
  });

  test.each<[string, Rules["twist"], string]>([
    ["a page", () => ({ httpStatus: 200, body: "<html>maintenance</html>" }), "HTML"],
    ["HTTP 502", () => ({ httpStatus: 502, body: "{}" }), "HTTP 502"],
    ["JSON without error", () => ({ error_note: "Success" }), "error is missing"],
  ])("a Prepare that is answered by %s takes no money", async (_, twist, reason) => {
    const broken = await benchWith(twist === undefined ? {} : { twist });

    const payment = await broken.pay("A", "38400.00");

    expect(payment).toMatchObject({ money: "not_taken", stage: "manual" });
    expect(payment.calls[0]?.result).toMatchObject({ kind: "no answer", reason: expect.stringContaining(reason) });
  });
});

test("the ledger keeps what was answered as it came, without the key", async () => {
  const talkative = await benchWith({ twist: () => ({ httpStatus: 500, body: `<b>debug: key is ${SECRET}</b>` }) });

  await talkative.pay("A", "38400.00");
  const { json } = await talkative.ask("GET", "/simulator/ledger");

  expect(json["payments"]).toMatchObject([
    { calls: expect.arrayContaining([expect.objectContaining({ result: HTTP_500 })]) },
  ]);
});

describe("how it misbehaves on demand", () => {
  test("it sends each call as often as configured, at once, with new numbers if configured", async () => {
    const payment = await bench.pay("A", "38400.00", { repeat: 4, repeat_in_parallel: true, new_click_trans_id: true });

    const prepares = payment.calls.filter(({ call }) => call === "Prepare");
    expect(payment.calls).toHaveLength(8);
    expect(new Set(prepares.map(({ sent }) => sent["click_trans_id"])).size).toBe(4);
  });

  test.each([
    ["as_given", ["38400.0", "38400.0"]],
    ["short", ["38400", "38400"]],
    ["two_decimals", ["38400.00", "38400.00"]],
    ["mixed", ["38400", "38400.00"]],
  ])("it spells amounts %s", async (spelling, expected) => {
    const payment = await bench.pay("A", "38400.0", { amount_spelling: spelling });

    expect(payment.calls.map(({ sent }) => sent["amount"])).toEqual(expected);
    expect(payment).toMatchObject({ money: "taken", stage: "finished" });
  });

  test("it lets Complete overtake Prepare", async () => {
    const payment = await bench.pay("A", "38400.00", { order: "complete_before_prepare" });

    expect(heard(payment).slice(0, 2)).toEqual(["Complete -6", "Prepare 0"]);
    expect(payment).toMatchObject({ money: "taken", stage: "finished" });
  });

  test("it completes one payment after another that was prepared later", async () => {
    const first = await bench.pay("A", "38400.00", { outcome: "hang" });
    const second = await bench.pay("A", "38400.00");
    const late = await bench.act(first, "resume", { outcome: "confirm" });

    expect(heard(second)).toEqual(["Prepare 0", "Complete 0"]);
    // The little shop knows no better; what is tested is the order of the calls.
    expect(bench.merchant.received.map((fields) => fields["click_paydoc_id"])).toEqual(
      [first, second, second, late].map((payment) => String(payment.payment_id)),
    );
  });

  test("it signs with a wrong key, and a right shop moves nothing", async () => {
    const payment = await bench.pay("A", "38400.00", { signature: "wrong" });

    expect(heard(payment)).toEqual(["Prepare -1", ...Array(5).fill("Complete -1")]);
    expect(payment).toMatchObject({ money: "not_taken", stage: "manual" });
    expect(bench.merchant.isPaid("A")).toBe(false);
  });

  test("a past call can be sent again", async () => {
    const payment = await bench.pay("A", "38400.00");
    const again = await bench.act(payment, "repeat", { call: "Complete", times: 2 });

    expect(heard(again)).toEqual(["Prepare 0", "Complete 0", "Complete -4", "Complete -4"]);
    expect(again).toMatchObject({ stage: "finished" });
  });

  test("its captures can be repeated and reversed", async () => {
    const payment = await bench.pay("A", "38400.00");
    const asked = await bench.act(payment, "ask-again");
    const reversed = await bench.act(payment, "reverse");

    expect(heard(asked)).toEqual(["Prepare 0", "Complete 0", "Prepare -4"]);
    expect(asked).toMatchObject({ money: "taken", stage: "finished" });
    expect(reversed).toMatchObject({ money: "reversed", status: -1 });
  });

  test("repeated and reversed at once, it ends reversed", async () => {
    const payment = await bench.pay("A", "38400.00");
    await Promise.allSettled(
      ["repeat", "ask-again", "reverse"].map((verb) => bench.act(payment, verb, { call: "Complete" })),
    );
    await bench.ask("POST", `/simulator/payments/${payment.payment_id}/reverse`);
    const { json: after } = await bench.ask("GET", `/simulator/payments/${payment.payment_id}`);

    expect(after).toMatchObject({ money: "reversed", stage: "finished" });
  });

  test.each([
    [{ repeat: 0 }, "repeat must be a whole number from 1 to 64"],
    [{ outcome: "maybe" }, "outcome must be one of confirm, decline, hang"],
    [{ speed: 1 }, 'there is no behaviour "speed"'],
  ])("it refuses the behaviour %j and says why", async (behaviour, sentence) => {
    const { status, json } = await bench.ask("PUT", "/simulator/behaviour", behaviour);

    expect(status).toBe(400);
    expect(json["error"]).toContain(sentence);
  });

  test("behaviour that is set counts for payments from then on, until it is set back", async () => {
    await bench.ask("PUT", "/simulator/behaviour", { outcome: "hang" });
    const hung = await bench.pay("A", "38400.00");
    await bench.ask("DELETE", "/simulator/behaviour");
    const usual = await bench.pay("B", "1000");

    expect([hung["stage"], usual["stage"]]).toEqual(["hung", "finished"]);
  });
});

test.each([
  [{ prepare_url: "ftp://shop", complete_url: "http://127.0.0.1:1/" }, "prepare_url"],
  [{ prepare_url: "http://127.0.0.1:1/" }, "complete_url"],
])("it refuses the shop's addresses %j and names the field", async (urls, field) => {
  const { status, json } = await bench.ask("PUT", "/simulator/urls", urls);

  expect(status).toBe(400);
  expect(json["error"]).toContain(field);
});

test("without a shop's address it takes nothing, and says what is missing", async () => {
  const alone = await startSimulator({ accounts: [ACCOUNT] });
  onTestFinished(() => alone.stop());

  const payment = await alone.standIn.settled(
    alone.standIn.pay({
      serviceId: ACCOUNT.serviceId,
      reference: "A",
      amountText: "1",
      origin: "control",
      behaviour: { retry_delay_ms: 0 },
    }),
  );

  expect(payment).toMatchObject({ money: "not_taken", stage: "manual" });
  expect(payment.calls[0]?.result).toMatchObject({ reason: "the stand-in was not told the shop's URLs" });
});
