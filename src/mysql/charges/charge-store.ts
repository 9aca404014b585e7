import type { ChargeStore, Confirmer, NewCharge } from "../../app/charges/charge-store.ts";
import type { Stored } from "../../app/outbox/send-once.ts";
import type { RefuseCharge } from "../../app/payments/payable.ts";
import {
  type Charge,
  type ChargeReply,
  type ConfirmationReply,
  confirmExpireTime,
  endedCharge,
  settledCharge,
  settledConfirmation,
} from "../../payment/charge.ts";
import { asChargeId } from "../../payment/ids.ts";
import type { Pool } from "../driver/pool.ts";
import { type Row, type Statement, statement, text, textOrUndefined, time } from "../driver/statement.ts";
import { type Decision, inTransaction, read, type Transaction } from "../driver/transaction.ts";
import { attemptsOfPaymentsForUpdate, toAttempt } from "../rows/attempt-rows.ts";
import {
  chargeById,
  chargeByIdForUpdate,
  chargeByRequest,
  chargesLeftBehind,
  chargesOfPaymentForUpdate,
  claimForSending,
  insertCharge,
  newCharge,
  recordsOf,
  toCharge,
  updateCharge,
} from "../rows/charge-rows.ts";
import { lockPayments, type PaymentKey } from "../rows/payment-lock.ts";
import { shopPaymentById, toShopPayment } from "../rows/shop-rows.ts";

export function chargeStore(pool: Pool): ChargeStore {
  return {
    find: async (kind, caller, requestId) => {
      const [found] = await read(pool, chargeByRequest(kind, caller, requestId));
      return found?.rows.map(withHash)[0];
    },
    byId: async (id) => {
      const [found] = await read(pool, chargeById(id));
      return found?.rows.map(toCharge)[0];
    },
    store: (charge, refuse) => store(pool, charge, refuse),
    claimForSending: (charge, token, refuse) => claim(pool, charge, token, refuse),
    settle: (charge, reply) => settle(pool, charge, reply),
    claimConfirmation: (charge, by) => claimConfirmation(pool, charge, by),
    settleConfirmation: (charge, reply) => settleConfirmation(pool, charge, reply),
    leftBehind: async (limit) => ((await read(pool, chargesLeftBehind(limit)))[0]?.rows ?? []).map(toCharge),
    end: (charge, word) =>
      change(pool, charge, (current, _, now) => {
        const ended = endedCharge(current, word, now);
        return ended === undefined ? { writes: [], value: current } : written(ended);
      }),
  };
}

/** Everything that decides whether a payment may be charged, behind its lock. */
async function readLocked(tx: Transaction, key: PaymentKey, ...more: readonly Statement[]) {
  const [, attempts, payment, charges, ...rest] = await tx.run(
    lockPayments([key]),
    attemptsOfPaymentsForUpdate([key.paymentId]),
    shopPaymentById(key.paymentId),
    chargesOfPaymentForUpdate(key.paymentId),
    ...more,
  );
  return {
    attempts: (attempts?.rows ?? []).map(toAttempt),
    payment: payment?.rows.map(toShopPayment)[0],
    charges: (charges?.rows ?? []).map(toCharge),
    rest: rest.map((result) => result.rows),
  };
}

/** Under the payment's lock, so that at most one of its charges is open. */
function store(pool: Pool, charge: NewCharge, refuse: RefuseCharge): Promise<Stored<Charge>> {
  const byRequest = chargeByRequest(charge.kind, charge.caller, charge.requestId);
  return inTransaction(pool, async (tx) => {
    const { attempts, payment, charges, rest } = await readLocked(tx, charge, byRequest, CLOCK);
    const [existing] = (rest[0] ?? []).map(withHash);
    if (existing !== undefined) return { writes: [], value: existing };
    refuse(payment, attempts, charges);
    const now = clockOf(rest[1]);
    return {
      writes: [insertCharge(charge)],
      value: ([inserted]) => ({
        requestHash: charge.requestHash,
        request: newCharge(charge, asChargeId(inserted?.insertId ?? 0), now),
      }),
    };
  });
}

function claim(pool: Pool, { id, paymentId, orderId }: Charge, token: string, refuse: RefuseCharge): Promise<boolean> {
  return inTransaction<boolean>(pool, async (tx) => {
    const { attempts, payment, charges } = await readLocked(tx, { paymentId, orderId });
    // Nobody else's work, and not our own either, is undone by what the payment has become since.
    if (charges.find((charge) => charge.id === id)?.state === "STORED") {
      refuse(
        payment,
        attempts,
        charges.filter((charge) => charge.id !== id),
      );
    }
    return { writes: [claimForSending(id, token)], value: ([updated]) => updated?.matchedCount === 1 };
  });
}

/** Only what is being sent can be settled; anything else keeps what was noted before. */
function settle(pool: Pool, charge: Charge, reply: ChargeReply): Promise<Charge> {
  return change(pool, charge, (current) => {
    if (current.state !== "SENDING") return { writes: [], value: current };
    return written(settledCharge(current, reply));
  });
}

function claimConfirmation(
  pool: Pool,
  charge: Charge,
  { token, caller, userId }: Confirmer,
): Promise<"CLAIMED" | "TOO_LATE" | Charge> {
  return change<"CLAIMED" | "TOO_LATE" | Charge>(pool, charge, (current, row, now) => {
    // Its own work, after a lost reply to COMMIT.
    const isOurs = current.confirmation === "SENDING" && textOrUndefined(row, "confirm_token") === token;
    if (isOurs) return { writes: [], value: "CLAIMED" };
    if (current.confirmation !== "WAITING") return { writes: [], value: current };
    if (now >= confirmExpireTime(current)) return { writes: [], value: "TOO_LATE" };
    const claimed = statement(
      `UPDATE clickbridge_charge SET confirmation = 'SENDING', confirm_token = ?, confirm_caller = ?, confirm_user_id = ?
       WHERE id = ? AND confirmation = 'WAITING'`,
      token,
      caller,
      userId,
      current.id,
    );
    return { writes: [claimed], value: "CLAIMED" };
  });
}

function settleConfirmation(pool: Pool, charge: Charge, reply: ConfirmationReply): Promise<Charge> {
  return change(pool, charge, (current) => {
    if (current.confirmation !== "SENDING") return { writes: [], value: current };
    const settled = settledConfirmation(current, reply);
    if (current.state === "PROCESSING") return written(settled);
    // Somebody asked Click meanwhile, and knows how it ended.
    const ended = { ...current, confirmation: settled.confirmation };
    return { writes: [updateCharge(ended)], value: ended };
  });
}

function written(charge: Charge): Decision<Charge> {
  return { writes: [updateCharge(charge), ...recordsOf(charge)], value: charge };
}

/** One charge as it is now, behind its payment's lock. */
function change<T>(
  pool: Pool,
  { id, paymentId, orderId }: Charge,
  decide: (current: Charge, row: Row, now: Date) => Decision<T>,
): Promise<T> {
  return inTransaction<T>(pool, async (tx) => {
    const [, found, clock] = await tx.run(lockPayments([{ paymentId, orderId }]), chargeByIdForUpdate(id), CLOCK);
    const [row] = found?.rows ?? [];
    if (row === undefined) throw new TypeError("a charge vanished while it was being sent");
    return decide(toCharge(row), row, clockOf(clock?.rows));
  });
}

const CLOCK: Statement = statement("SELECT NOW(3) AS now");

function clockOf(rows: readonly Row[] | undefined): Date {
  const [row] = rows ?? [];
  return row === undefined ? new Date(0) : time(row, "now");
}

function withHash(row: Row): Stored<Charge> {
  return { request: toCharge(row), requestHash: Buffer.from(text(row, "request_hash_hex"), "hex") };
}
