import { randomUUID } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import {
  Anomaly_Kind as Kind,
  Anomaly_Resolution as Resolution,
  Anomaly_State as State,
} from "../../src/gen/clickbridge/v1/anomaly.ts";
import type { Payment } from "../../src/simulator/payment.ts";
import { startFormModule } from "../support/click/form-module.ts";
import { MINUTE, reconciliationOfTest } from "../support/service/reconciliation-of-test.ts";
import { call } from "../support/service/service.ts";
import { SERVE_WITHOUT_ROUNDS, type ServiceProcess, startServiceProcess } from "../support/service/service-process.ts";
import { SERVICE } from "../support/shop/shop.ts";

/** The service dies again and again under random purchases and refunds. Once Click was asked, the ledger's sum is Click's own. */
const reconciliation = reconciliationOfTest({ [SERVICE.serviceId]: { partial_refund: true } });

const PURCHASES = 2_000;
const AT_ONCE = 10;
const A_LIFE_OF_PURCHASES = 160;

/** The service that Click reaches now; the next one is warm before this one dies. */
async function mortalService() {
  const start = () => startServiceProcess(reconciliation.shop.url, reconciliation.env, SERVE_WITHOUT_ROUNDS);
  let now: ServiceProcess = await start();
  let deaths = 0;
  let dying: Promise<void> | undefined;
  onTestFinished(() => now.stop("SIGKILL"));
  const module = await startFormModule({
    get callbacks() {
      return new Proxy(now.callbacks, { get: (_, name) => Reflect.get(now.callbacks, name).bind(now.callbacks) });
    },
  });
  onTestFinished(() => module.stop());
  reconciliation.click.standIn.setShop(module);
  const die = async () => {
    const [victim, next] = [now, await start()];
    process.kill(victim.part.pid, "SIGKILL");
    // Whoever calls meanwhile finds nobody.
    await victim.part.ended;
    now = next;
    deaths += 1;
    await victim.stop("SIGKILL");
  };
  return {
    get payments() {
      return now.payments;
    },
    get deaths() {
      return deaths;
    },
    /** Not waited for: purchases go on. */
    dieSoon: () => {
      dying ??= die().finally(() => {
        dying = undefined;
      });
    },
    settled: () => dying,
  };
}

test(`${PURCHASES} random purchases with kills`, async () => {
  const service = await mortalService();
  const { standIn } = reconciliation.click;
  reconciliation.behave({ partial_reversal: true, retry_delay_ms: 20 });
  const inCabinet = new Set<number>();
  let begun = 0;

  const refund = (paymentId: number, amountTiyin?: bigint) =>
    call(service.payments, service.payments.refundPayment, {
      ...{ requestId: randomUUID(), paymentId: BigInt(paymentId), attemptId: 0n, amountTiyin, userId: "", note: "" },
      // Whoever asked hears no answer when the service dies: what became of it is found out later.
    }).catch(() => undefined);
  const purchase = async () => {
    const order = await reconciliation.shop.addOrder();
    const draw = Math.random();
    const repeats = draw < 0.1 ? { repeat: 3, repeat_in_parallel: true } : {};
    const paid: Payment = await reconciliation.pay(order, { ...repeats, outcome: draw > 0.93 ? "decline" : "confirm" });
    const fate = Math.random();
    if (fate < 0.06) await refund(order.paymentId);
    else if (fate < 0.12) await refund(order.paymentId, BigInt(1 + Math.floor(Math.random() * 99_998)));
    else if (fate < 0.16 && paid.money === "taken" && paid.stage !== "busy") {
      standIn.refundInCabinet(paid);
      inCabinet.add(order.paymentId);
    }
  };
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (begun < PURCHASES) {
        begun += 1;
        if (begun % A_LIFE_OF_PURCHASES === 0) service.dieSoon();
        await purchase();
      }
    }),
  );
  await service.settled();

  await askClickAboutAllThatIsOpen(inCabinet);

  expect(service.deaths).toBeGreaterThan(5);
  const [row] = await reconciliation.shop.query("SELECT SUM(amount_tiyin) AS tiyin FROM clickbridge_ledger");
  expect(BigInt(row?.["tiyin"])).toBe(standIn.ledger.takenTiyin());
}, 300_000);

async function askClickAboutAllThatIsOpen(paymentIds: ReadonlySet<number>): Promise<void> {
  const { payments } = reconciliation.service;
  const { standIn } = reconciliation.click;
  // What a dead process was sending is over by then.
  await reconciliation.pass(5 * MINUTE);
  await reconciliation.round();
  const open = await reconciliation.shop.query(
    `SELECT payment_id AS id FROM clickbridge_attempt WHERE state IN ('PREPARED', 'EXPIRED', 'REFUSED')
     UNION SELECT payment_id FROM clickbridge_refund WHERE state = 'UNKNOWN'`,
  );
  for (const id of new Set([...paymentIds, ...open.map((row) => Number(row["id"]))]))
    await call(payments, payments.refreshPayment, { paymentId: BigInt(id) });
  const { anomalies } = await call(payments, payments.listAnomalies, {
    ...{
      pageSize: 500,
      pageToken: "",
      state: State.STATE_OPEN,
      kind: Kind.KIND_REFUND_UNKNOWN,
      serviceId: 0n,
      paymentId: 0n,
    },
  });
  // Of a part only a person can find out, in Click's cabinet.
  for (const { anomalyId, attemptId } of anomalies) {
    const [row] = await reconciliation.shop.query(
      "SELECT click_paydoc_id AS id FROM clickbridge_attempt WHERE id = ?",
      [String(attemptId)],
    );
    const isDone = standIn.ledger.payment(Number(row?.["id"]))?.returnedTiyin !== 0n;
    const resolution = isDone ? Resolution.RESOLUTION_REFUNDED_ELSEWHERE : Resolution.RESOLUTION_CLOSE;
    const note = "seen in the cabinet";
    await call(payments, payments.resolveAnomaly, {
      ...{ anomalyId, resolution, note, paymentId: 0n, clickPaymentId: "", userId: "" },
    });
  }
}
