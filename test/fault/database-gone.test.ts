import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { clickOver, newClickId } from "../support/click/click.ts";
import { startTcpProxy, type TcpProxy } from "../support/servers/tcp-proxy.ts";
import { failureOf } from "../support/service/failure.ts";
import { RPCS } from "../support/service/rpcs.ts";
import { ALL_SCOPES_TOKEN, bearer, startTestService, type TestService } from "../support/service/service.ts";
import { ONCE, paidOnce } from "../support/shop/paid-once.ts";
import { createShop, type Shop } from "../support/shop/shop.ts";

let shop: Shop;
let wire: TcpProxy;
let service: TestService;

beforeAll(async () => {
  shop = await createShop();
  wire = await startTcpProxy(shop.url);
  service = await startTestService({ databaseUrl: wire.url });
});
afterEach(() => wire.mode("pass"));
afterAll(async () => {
  await service.stop();
  await wire.stop();
  await shop.stop();
});

const newPayment = async () => {
  const order = await shop.addOrder();
  return { order, ids: { clickTransId: newClickId(), merchantTransId: order.number } };
};

const UNAVAILABLE = { code: "UNAVAILABLE", reason: "DATABASE_UNAVAILABLE", retryDelaySeconds: 1 };

test.each<["refuse" | "freeze", string]>([
  ["refuse", "is down"],
  ["freeze", "does not answer any more, and keeps its connections"],
])(
  "%s: while the database %s, every call is UNAVAILABLE and says when to come again; later the same service takes the money",
  async (mode) => {
    const { order, ids } = await newPayment();
    // Connections that were good, as after hours of service.
    await clickOver(service).prepare((await newPayment()).ids);
    wire.mode(mode);

    const failures = await Promise.all([
      // The check of the set-up answers: to say so is its work.
      ...RPCS.filter(({ scope }) => !["callback", "setup", "any"].includes(scope)).map(({ send }) =>
        failureOf(send(service, bearer(ALL_SCOPES_TOKEN))),
      ),
      failureOf(clickOver(service).prepare(ids)),
      failureOf(clickOver(service).complete({ ...ids, merchantPrepareId: "1" })),
    ]);
    wire.mode("pass");
    const prepared = await clickOver(service).prepare(ids);
    const completion = { ...ids, merchantPrepareId: String(prepared.merchantPrepareId) };
    const completed = await clickOver(service).complete(completion);

    expect(failures).toMatchObject(failures.map(() => UNAVAILABLE));
    expect([prepared.error, completed.error]).toEqual([0, 0]);
    expect(await paidOnce(shop, order)).toEqual(ONCE);
  },
);

test("every connection killed by the server in the same moment: the calls under way are answered", async () => {
  const payments = await Promise.all(Array.from({ length: 12 }, newPayment));
  const calls = payments.map(({ ids }) => clickOver(service).prepare(ids));

  const killed = await shop.query(
    `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()`,
  );
  await Promise.all(killed.map(({ id }) => shop.query(`KILL CONNECTION ${Number(id)}`).catch(() => undefined)));
  const answers = await Promise.all(calls);

  expect(answers.map((answer) => answer.error)).toEqual(payments.map(() => 0));
});

test("a service whose database is down does not start, and says why without the password", async () => {
  wire.mode("refuse");
  const url = new URL(wire.url);
  url.password = "hidden-word";

  const failure = await startTestService({ databaseUrl: url.href }).catch((error: Error) => error);

  expect(failure).toBeInstanceOf(Error);
  expect(String((failure as Error).message)).toMatch(/DATABASE_UNAVAILABLE/);
  expect(String((failure as Error).stack)).not.toContain("hidden-word");
});
