import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Anomaly_Kind, Anomaly_Resolution, Anomaly_State } from "../../../src/gen/clickbridge/v1/anomaly.ts";
import { Refund_State } from "../../../src/gen/clickbridge/v1/payment.ts";
import { failureOf } from "../../support/service/failure.ts";
import { bearer, call, startTestService, type TestService } from "../../support/service/service.ts";
import { type TestToken, tokensFile } from "../../support/service/tokens-file.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { shopAtClick, type Taken } from "../../support/shop/shop-at-click.ts";

/** Each payment of these tests is 100,000 tiyin, and a token may give back two and a half of them a day. */
const LIMIT_TIYIN = 250_000;
const REVERSAL = "payment/reversal";

const fixture = shopAtClick();
let folder: string;
const services: TestService[] = [];

/** Two services on one database: two replicas. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "clickbridge-limit-"));
  const names = ["one", "two", "three", "four", "five", "six"];
  const tokens: TestToken[] = names.map((name) => ({
    ...{ name, token: tokenOf(name), scopes: ["refund", "read"], refund_tiyin_per_day: LIMIT_TIYIN },
  }));
  const file = await tokensFile(folder, tokens);
  for (let count = 0; count < 2; count += 1) {
    const env = {
      CLICKBRIDGE_CLICK_API_URL: `${fixture.simulator.url}/v2/merchant/`,
      CLICKBRIDGE_TOKENS_FILE: file,
      CLICKBRIDGE_RECONCILE_REQUESTS_PER_MINUTE: "0",
    };
    services.push(await startTestService({ databaseUrl: fixture.shop.url, env }));
  }
});
afterAll(async () => {
  for (const service of services) await service.stop();
  await rm(folder, { recursive: true, force: true });
});

const tokenOf = (name: string) => `refunding-token-${name}`;
const refund = ({ paymentId }: Taken, name: string, { replica = 0, requestId = randomUUID() as string } = {}) => {
  const { payments } = services[replica] as TestService;
  const request = { requestId, paymentId, attemptId: 0n, amountTiyin: undefined, userId: "", note: "" };
  return call(payments, payments.refundPayment, request, bearer(tokenOf(name)));
};
const several = async (count: number) => {
  const all: Taken[] = [];
  for (let made = 0; made < count; made += 1) all.push(await fixture.taken());
  return all as [Taken, Taken, Taken, ...Taken[]];
};
const reached = (token: string, usedTiyin: number) => ({
  code: "RESOURCE_EXHAUSTED",
  reason: "REFUND_LIMIT_REACHED",
  metadata: { token, limitTiyin: String(LIMIT_TIYIN), usedTiyin: String(usedTiyin), askedTiyin: "100000" },
});

test("what would be more than the token's limit of the day is refused, and nothing is sent", async () => {
  const [first, second, third] = await several(3);
  await refund(first, "one");
  await refund(second, "one");

  const failure = await failureOf(refund(third, "one"));

  expect(failure).toMatchObject(reached("one", 200_000));
  expect(third.atClick.money).toBe("taken");
  expect(fixture.callsAtClick(REVERSAL, third.atClick.paymentId)).toEqual([]);
  const rows = await fixture.shop.query("SELECT id FROM clickbridge_refund WHERE attempt_id = ?", [third.attemptId]);
  expect(rows).toEqual([]);
});

test("another token has its own limit, and one without a limit refunds any sum", async () => {
  const all = await several(4);
  for (const [index, taken] of all.entries()) {
    if (index < 2) expect((await refund(taken, "two")).refund?.state).toBe(Refund_State.STATE_DONE);
    else expect((await fixture.refund({ paymentId: taken.paymentId })).refund?.state).toBe(Refund_State.STATE_DONE);
  }
});

test("20 at once from two replicas pass as many as fit, and no more", async () => {
  const all = await several(20);

  const outcomes = await Promise.allSettled(all.map((taken, index) => refund(taken, "three", { replica: index % 2 })));

  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  expect(all.filter(({ atClick }) => atClick.money === "reversed")).toHaveLength(2);
});

test("a repeat is the same refund, also when the limit is reached by now", async () => {
  const [first, second] = await several(2);
  const requestId = randomUUID();
  const { refund: made } = await refund(first, "four", { requestId });
  await refund(second, "four");

  expect((await refund(first, "four", { requestId, replica: 1 })).refund).toEqual(made);
});

test("refused refunds and those of yesterday do not count; those with unknown result do", async () => {
  const [yesterdays, refused, unknown, fits, late] = (await several(5)) as [Taken, Taken, Taken, Taken, Taken];
  await refund(yesterdays, "five");
  await fixture.shop.query(
    `UPDATE clickbridge_refund SET create_time = DATE(NOW(3) + INTERVAL 5 HOUR) - INTERVAL 5 HOUR - INTERVAL 1 SECOND
     WHERE attempt_id = ?`,
    [yesterdays.attemptId],
  );
  fixture.behave({ uzcard_refuses_reversal: true });
  await failureOf(refund(refused, "five"));
  fixture.behave({ merchant_fault: "drop_before_acting", merchant_fault_call: REVERSAL });
  await refund(unknown, "five");
  fixture.behave({});

  expect((await refund(fits, "five")).refund?.state).toBe(Refund_State.STATE_DONE);
  expect(await failureOf(refund(late, "five"))).toMatchObject(reached("five", 200_000));
});

test("a refund that a resolution asks for counts for the token of who decides", async () => {
  const [first, second] = await several(2);
  await refund(first, "six");
  await refund(second, "six");
  const owed = await fixture.owed();
  const { payments } = services[0] as TestService;
  const filter = { pageSize: 0, pageToken: "", state: Anomaly_State.STATE_OPEN, kind: Anomaly_Kind.KIND_UNSPECIFIED };
  const own = { serviceId: BigInt(SERVICE.serviceId), paymentId: owed.paymentId };
  const { anomalies } = await call(payments, payments.listAnomalies, { ...filter, ...own }, bearer(tokenOf("six")));

  const decided = call(
    payments,
    payments.resolveAnomaly,
    {
      ...{ anomalyId: anomalies[0]?.anomalyId ?? 0n, resolution: Anomaly_Resolution.RESOLUTION_REFUND },
      ...{ paymentId: 0n, clickPaymentId: "", note: "", userId: "anna" },
    },
    bearer(tokenOf("six")),
  );

  expect(await failureOf(decided)).toMatchObject(reached("six", 200_000));
  expect(owed.atClick.money).toBe("taken");
});
