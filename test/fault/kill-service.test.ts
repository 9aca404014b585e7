import { afterAll, beforeAll, expect, test } from "vitest";
import { clickOver, newClickId } from "../support/click/click.ts";
import { type Cut, startTcpProxy, type TcpProxy } from "../support/servers/tcp-proxy.ts";
import { type Clients, startTestService, type TestService } from "../support/service/service.ts";
import { SERVE_WITHOUT_ROUNDS, startServiceProcess } from "../support/service/service-process.ts";
import { ONCE, paidOnce } from "../support/shop/paid-once.ts";
import { createShop, type Shop } from "../support/shop/shop.ts";

let shop: Shop;
/** The service that Click's next call reaches, after the first one died. */
let survivor: TestService;
/** The wire of the service that dies. */
let wire: TcpProxy;

beforeAll(async () => {
  shop = await createShop();
  survivor = await startTestService({ databaseUrl: shop.url });
  wire = await startTcpProxy(shop.url);
});
afterAll(async () => {
  await survivor.stop();
  await wire.stop();
  await shop.stop();
});

const ENV = { CLICKBRIDGE_DATABASE_CONNECTIONS_MAX: "1", CLICKBRIDGE_SETTINGS_TTL_MS: "600000" };

type Call = "Prepare" | "Complete";

async function newPayment() {
  const order = await shop.addOrder();
  const ids = { clickTransId: newClickId(), clickPaydocId: newClickId(), merchantTransId: order.number };
  return {
    order,
    /** Sends one of the two to a service, after whatever has to come before it. */
    ready: async (name: Call, service: Clients) => {
      if (name === "Prepare") return () => clickOver(service).prepare(ids);
      const { merchantPrepareId } = await clickOver(service).prepare(ids);
      return () => clickOver(service).complete({ ...ids, merchantPrepareId: String(merchantPrepareId) });
    },
  };
}

/** A process whose database connection is warm and that has no rounds, so that only the call itself is on the wire. */
async function startVictim() {
  const victim = await startServiceProcess(wire.url, ENV, SERVE_WITHOUT_ROUNDS);
  await (await (await newPayment()).ready("Complete", victim))();
  return victim;
}

/** After every request that a call sends to the database, and in the course of the replies up to the last: the COMMIT's. */
async function momentsOf(name: Call): Promise<readonly Omit<Cut, "onCut">[]> {
  const victim = await startVictim();
  const send = await (await newPayment()).ready(name, victim);
  wire.count();
  await send();
  const { toServer, toClient } = wire.passed();
  await victim.stop();
  return [
    ...Array.from({ length: toServer.chunks }, (_, index) => ({ direction: "toServer" as const, chunks: index + 1 })),
    ...[0.01, 0.5, 0.9].map((part) => ({ direction: "toClient" as const, bytes: Math.ceil(toClient.bytes * part) })),
    // The reply to COMMIT is all that is left.
    { direction: "toClient", bytes: toClient.bytes - 5 },
  ];
}

test.each<[Call]>([["Prepare"], ["Complete"]])(
  "kill -9 at any moment of a %s: Click's next calls, to another service, pay once",
  async (name) => {
    const seen: unknown[] = [];

    for (const moment of await momentsOf(name)) {
      const victim = await startVictim();
      const { order, ready } = await newPayment();
      const send = await ready(name, victim);
      const killed = wire.cut({ ...moment, onCut: () => process.kill(victim.part.pid, "SIGKILL") });
      const ending = await send().then(
        () => "answered",
        () => "lost",
      );
      await killed;
      await victim.stop();
      const first = await (await ready("Complete", survivor))();
      const second = await (await ready("Complete", survivor))();
      // The writes of the dead may or may not have been committed: both are right, and both end the same.
      seen.push({
        ending,
        first: [0, -4].includes(first.error),
        second: second.error,
        ...(await paidOnce(shop, order)),
      });
    }

    expect(seen.length).toBeGreaterThanOrEqual(6);
    expect(new Set(seen.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ ending: "lost", first: true, second: -4, ...ONCE })]),
    );
  },
);
