import { expect, onTestFinished, test } from "vitest";
import { parseOrder, type TestOrder } from "../../../src/certify/order.ts";
import type { CertificationReport } from "../../../src/certify/report.ts";
import { type CertificationOptions, runCertification } from "../../../src/certify/run-certification.ts";
import { type Merchant, type Rules, SECRET, SERVICE_ID, startMerchant } from "../../support/click/click-merchant.ts";

const SIX = { "1": 500, "2": 500, "3": 500, "4": 500, "5": 500, "6": 500 };

async function shop(rules: Rules = {}, orders: Readonly<Record<string, number>> = SIX): Promise<Merchant> {
  const merchant = await startMerchant(orders, rules);
  onTestFinished(() => merchant.stop());
  return merchant;
}

function certify(merchant: Merchant, more: Partial<CertificationOptions> = {}): Promise<CertificationReport> {
  return runCertification({
    prepareUrl: merchant.prepareUrl,
    completeUrl: merchant.completeUrl,
    serviceId: SERVICE_ID,
    secretKey: SECRET,
    orders: orders(6),
    ...more,
  });
}

function orders(count: number, amount = "500"): TestOrder[] {
  return Object.keys(SIX)
    .slice(0, count)
    .map((reference) => parseOrder(`${reference}:${amount}`) as TestOrder);
}

/** `tool 4` for every step that did not pass. */
function unpassed(report: CertificationReport, verdict: "fail" | "not judged" = "fail"): string[] {
  return report.steps.filter((step) => step.verdict === verdict).map((step) => `${step.suite} ${step.step}`);
}

test.each([3, 4, 5, 6])("a right shop passes all thirty steps with %i orders", async (count) => {
  const merchant = await shop();
  const report = await certify(merchant, { orders: orders(count) });
  expect(unpassed(report)).toEqual([]);
  expect(report).toMatchObject({ passed: true, counts: { passed: 30, failed: 0, notJudged: 0 } });
});

test("the report lists the steps in the order of the suites, whatever the order of sending", async () => {
  const report = await certify(await shop(), { orders: orders(3) });
  const fifteen = Array.from({ length: 15 }, (_, i) => i + 1);
  expect(report.steps.map((step) => `${step.suite} ${step.step}`)).toEqual([
    ...fifteen.map((step) => `tool ${step}`),
    ...fifteen.map((step) => `postman ${step}`),
  ]);
});

test("with three orders step 11 of both suites is one request, and the report says so", async () => {
  const merchant = await shop();
  const report = await certify(merchant, { orders: orders(3) });
  const eleven = report.steps.filter((step) => step.step === 11);
  expect(merchant.received).toHaveLength(29);
  expect(eleven.map((step) => step.sent?.["click_trans_id"])).toEqual([
    eleven[0]?.sent?.["click_trans_id"],
    eleven[0]?.sent?.["click_trans_id"],
  ]);
  expect(eleven[0]?.reason).toContain("the same request as step 11 of postman");
});

test.each(["tool", "postman"] as const)(
  "one suite alone, %s, needs three orders and pays two of them",
  async (suite) => {
    const merchant = await shop();
    const report = await certify(merchant, { suites: [suite], orders: orders(3) });
    expect(report.counts).toEqual({ passed: 15, failed: 0, notJudged: 0 });
    expect(["1", "2", "3"].map((reference) => merchant.isPaid(reference))).toEqual([true, true, false]);
  },
);

test("the tool sends a new click_trans_id in every request, one click_paydoc_id, and a prepare id of twelve digits", async () => {
  const merchant = await shop();
  await certify(merchant, { suites: ["tool"], orders: orders(3) });
  const column = (name: string) => merchant.received.map((fields) => fields[name]);
  expect(new Set(column("click_trans_id")).size).toBe(15);
  expect(new Set(column("click_paydoc_id")).size).toBe(1);
  expect(column("merchant_prepare_id")[9]).toMatch(/^\d{12}$/);
  expect(column("amount")[3]).toBe("499");
  expect(column("sign_string")[0]).toBe("10a250d95b1a6afedcda8360a12a1341");
});

test("Postman keeps one click_trans_id a payment, forces the sum 300 and asks for prepare id 999999999", async () => {
  const merchant = await shop();
  await certify(merchant, { suites: ["postman"], orders: orders(3) });
  const column = (name: string) => merchant.received.map((fields) => fields[name]);
  expect(column("click_trans_id").map((id, _, all) => all.indexOf(id))).toEqual([
    0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 11, 11, 11, 11,
  ]);
  expect(column("amount")[4]).toBe("300");
  expect(column("merchant_prepare_id")[9]).toBe("999999999");
});

test("a sum is sent in the spelling that was given", async () => {
  const merchant = await shop();
  const report = await certify(merchant, { orders: orders(6, "500.00") });
  expect(report.passed).toBe(true);
  expect(new Set(merchant.received.map((fields) => fields["amount"]))).toEqual(new Set(["500.00", "499", "300"]));
});

const json = (right: Record<string, unknown>, more: Record<string, unknown>) => ({ ...right, ...more });

interface Fault {
  readonly name: string;
  readonly rules: Rules;
  readonly fails: readonly string[];
}

const FAULTS: readonly Fault[] = [
  {
    name: "accepts any signature",
    rules: { acceptsAnySignature: true },
    // The badly signed Complete is taken for the payment, so that the next two come too late.
    fails: ["tool 1", "tool 3", "tool 4", "tool 5", "postman 1", "postman 4", "postman 5", "postman 6"],
  },
  { name: "knows every order", rules: { knowsEveryOrder: true }, fails: ["tool 8", "postman 2"] },
  {
    name: "does not look at the sum",
    rules: { ignoresAmount: true },
    fails: ["tool 4", "tool 5", "postman 5", "postman 6"],
  },
  { name: "answers 0 to a repeated Complete", rules: { repeatsSuccess: true }, fails: ["tool 6", "postman 7"] },
  { name: "answers -4 to any cancel of a paid payment", rules: { answerToCancelOfPaid: -4 }, fails: ["postman 8"] },
  { name: "answers -9 to any cancel of a paid payment", rules: { answerToCancelOfPaid: -9 }, fails: ["tool 7"] },
  {
    name: "wants Prepare's click_trans_id in Complete",
    rules: { demandsSameClickTransId: true },
    fails: ["tool 4", "tool 5", "tool 6", "tool 7", "tool 11", "tool 13", "tool 14", "tool 15"],
  },
  { name: "forgets what was cancelled", rules: { forgetsCancels: true }, fails: ["tool 15", "postman 15"] },
  {
    name: "cannot hold twelve digits",
    rules: {
      twist: (fields, right) => (Number(fields["merchant_prepare_id"]) > 2 ** 31 ? json(right, { error: -7 }) : right),
    },
    fails: ["tool 10"],
  },
  {
    name: "answers HTTP 500 to a bad signature",
    rules: { twist: (_, right) => (right["error"] === -1 ? { httpStatus: 500, body: JSON.stringify(right) } : right) },
    fails: ["tool 1", "tool 3", "postman 1", "postman 4"],
  },
  {
    name: "answers a page for an unknown order",
    rules: {
      twist: (_, right) => (right["error"] === -5 ? { httpStatus: 200, body: "<html>no order</html>" } : right),
    },
    fails: ["tool 8", "postman 2"],
  },
  {
    name: "names the field error_code",
    rules: {
      twist: (_, { error, ...rest }) => (error === -4 ? { ...rest, error_code: error } : { error, ...rest }),
    },
    fails: ["tool 6", "tool 7", "postman 7"],
  },
  {
    name: "leaves out merchant_confirm_id",
    rules: { twist: (_, right) => json(right, { merchant_confirm_id: undefined }) },
    fails: ["tool 5", "tool 11", "postman 6", "postman 11"],
  },
  {
    name: "echoes another order",
    rules: { twist: (_, right) => ("merchant_confirm_id" in right ? json(right, { merchant_trans_id: "7" }) : right) },
    fails: ["tool 5", "tool 11", "postman 6", "postman 11"],
  },
  {
    name: "leaves out error_note on a refusal",
    rules: { twist: (_, right) => (right["error"] === -2 ? json(right, { error_note: undefined }) : right) },
    fails: ["tool 4", "postman 5"],
  },
];

test.each(FAULTS)("a shop that $name fails just there", async ({ rules, fails }) => {
  const report = await certify(await shop(rules));
  expect(unpassed(report)).toEqual(fails);
  expect(unpassed(report, "not judged")).toEqual([]);
  expect(report.passed).toBe(false);
});

test("a shop without prepare ids leaves the Completes unjudged, and that is no pass", async () => {
  const merchant = await shop({ twist: (_, right) => json(right, { merchant_prepare_id: undefined }) });
  const report = await certify(merchant, { suites: ["tool"], orders: orders(3) });
  expect(unpassed(report)).toEqual(["tool 2", "tool 9", "tool 12"]);
  expect(unpassed(report, "not judged").map((step) => step.slice(5))).toEqual([
    "3",
    "4",
    "5",
    "6",
    "7",
    "11",
    "13",
    "14",
    "15",
  ]);
  expect(report.passed).toBe(false);
});

test("numbers as text pass, as Click's own modules send them, with a remark", async () => {
  const merchant = await shop({
    twist: (_, right) => Object.fromEntries(Object.entries(right).map(([name, value]) => [name, String(value)])),
  });
  const report = await certify(merchant);
  expect(report.passed).toBe(true);
  expect(report.steps[0]?.reason).toContain("came as text");
});

test("merchant_confirm_id may be null, by Click's documentation", async () => {
  const merchant = await shop({
    twist: (_, right) => ("merchant_confirm_id" in right ? json(right, { merchant_confirm_id: null }) : right),
  });
  expect((await certify(merchant)).passed).toBe(true);
});

test("a shop that never answers fails by a bounded wait, and says so", async () => {
  const merchant = await shop({ twist: () => new Promise(() => {}) });
  const report = await certify(merchant, { suites: ["tool"], orders: orders(3), callTimeoutMs: 50 });
  expect(report.steps[0]).toMatchObject({ verdict: "fail", got: "no answer", reason: "no answer within 50 ms" });
});

test("a dead address fails every call with the reason", async () => {
  const gone = await startMerchant(SIX);
  await gone.stop();
  const report = await certify(gone, { suites: ["tool"], orders: orders(3) });
  expect(report.steps[0]?.reason).toContain("nobody listens there");
  expect(report.counts.passed).toBe(0);
});

test("with three orders a shop that keeps a cancelled order unpayable is told that the order's past may be the cause", async () => {
  const report = await certify(await shop({ cancelledStaysUnpayable: true }), { orders: orders(3) });
  expect(unpassed(report)).toContain("postman 12");
  expect(report.steps.find((step) => step.suite === "tool" && step.step === 9)?.reason).toContain(
    "had a cancelled attempt",
  );
});

test("a shop of balances passes both suites with one account in account mode", async () => {
  const merchant = await shop({ paidMayBePaidAgain: true });
  const report = await certify(merchant, { orders: orders(1), account: true });
  expect(report).toMatchObject({ passed: true, counts: { passed: 30, failed: 0, notJudged: 0 } });
});

test.each([
  { given: 2, account: false, says: "Three unpaid orders are needed, 2 given" },
  { given: 3, account: true, says: "--account takes exactly one --order" },
])("$given orders with account=$account are refused with a sentence", async ({ given, account, says }) => {
  const merchant = await shop();
  await expect(certify(merchant, { orders: orders(given), account })).rejects.toThrow(says);
  expect(merchant.received).toEqual([]);
});

test("an order given twice is refused before anything is sent", async () => {
  const merchant = await shop();
  const twice = [...orders(2), ...orders(1)];
  await expect(certify(merchant, { orders: twice })).rejects.toThrow("The order 1 is given twice");
  expect(merchant.received).toEqual([]);
});

test("neither the key nor a good signature comes back in the report, even from a shop that repeats them", async () => {
  const merchant = await shop({
    twist: (fields, right) => json(right, { error: -7, error_note: `${SECRET} ${fields["sign_string"]}` }),
  });
  const report = await certify(merchant);
  expect(JSON.stringify(report)).not.toContain(SECRET);
  for (const fields of merchant.received) expect(JSON.stringify(report)).not.toContain(`"${fields["sign_string"]}`);
  expect(JSON.stringify(report)).toContain("[secret] [secret]");
});
