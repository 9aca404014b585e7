import { expect } from "vitest";
import type { Payment } from "../../../src/simulator/payment.ts";
import type { StandIn } from "../../../src/simulator/stand-in.ts";
import type { Shop } from "../shop/shop.ts";

/** Why a test leaves a payment of Click's out of the comparison. */
export type WhyApart =
  /** It went back in Click's cabinet, and nobody has asked Click since. */
  | "REVERSED_UNASKED"
  /** The test took our rows away. */
  | "FORGOTTEN"
  /** An operator said what is not so. */
  | "AS_AN_OPERATOR_SAID"
  /** A test before has failed of it. */
  | "TOLD";

/**
 * The ledger beside Click's own, the stand-in's: what each payment holds, and so all of them together. They may differ only where the service
 * itself says that it waits for news, or where the test says why.
 */
export class LedgerComparison {
  readonly #apart = new Map<number, WhyApart>();

  /** This payment of Click's is left out from now on. */
  apart(clickPaymentId: number | string, why: WhyApart): void {
    this.#apart.set(Number(clickPaymentId), why);
  }

  /** What Click took by now is left out: the rows of all tests before go away, for instance. */
  forget({ ledger }: Pick<StandIn, "ledger">, why: WhyApart = "FORGOTTEN"): void {
    for (const { paymentId } of ledger.payments) this.#apart.set(paymentId, why);
  }

  /** Called after each test. What differs is told once, so that one test does not fail the next. */
  async expectEqual(shop: Pick<Shop, "query">, { ledger }: Pick<StandIn, "ledger">): Promise<void> {
    const booked = await bookedTiyin(shop);
    const differing: string[] = [];
    // What else is booked a test sent as Click would: it has no other side.
    for (const payment of ledger.payments) {
      const id = payment.paymentId;
      const [ours, clicks] = [booked.get(id) ?? 0n, heldTiyin(payment)];
      if (ours === clicks || this.#apart.has(id) || (await waitsForNews(shop, payment))) continue;
      differing.push(`payment ${id}: ${ours} in the ledger, ${clicks} at Click`);
      this.#apart.set(id, "TOLD");
    }
    expect(differing, "payments of Click's of which the ledger says something else").toEqual([]);
  }
}

async function bookedTiyin(shop: Pick<Shop, "query">): Promise<ReadonlyMap<number, bigint>> {
  const rows = await shop.query(
    "SELECT click_payment_id AS id, SUM(amount_tiyin) AS tiyin FROM clickbridge_ledger WHERE attempt_id IS NOT NULL GROUP BY click_payment_id",
  );
  return new Map(rows.map((row) => [Number(row["id"]), BigInt(row["tiyin"])]));
}

function heldTiyin({ money, amountTiyin, returnedTiyin }: Payment): bigint {
  return money === "taken" ? amountTiyin - returnedTiyin : 0n;
}

/** An attempt without news, a refund or a charge whose reply was lost, money whose sum Click does not say, money taken after a cancel. */
async function waitsForNews(shop: Pick<Shop, "query">, { paymentId, reference }: Payment): Promise<boolean> {
  const rows = await shop.query(
    `SELECT 1 FROM clickbridge_attempt a WHERE (a.click_payment_id = ? OR a.click_paydoc_id = ?)
       AND (a.state IN ('PREPARED', 'EXPIRED', 'REFUSED')
         OR EXISTS (SELECT 1 FROM clickbridge_refund r WHERE r.open_attempt_id = a.id)
         OR EXISTS (SELECT 1 FROM clickbridge_anomaly n WHERE n.attempt_id = a.id AND n.kind IN ('PAID_WITHOUT_ATTEMPT', 'CONFIRM_AFTER_CANCEL')))
     UNION ALL SELECT 1 FROM clickbridge_charge c WHERE c.reference = ? AND c.state IN ('STORED', 'SENDING', 'PROCESSING', 'UNKNOWN') LIMIT 1`,
    [paymentId, paymentId, reference],
  );
  return rows.length > 0;
}
