import type { ChargeStore, Confirmer, NewCharge } from "../../app/charges/charge-store.ts";
import type { Stored } from "../../app/outbox/send-once.ts";
import type { RefuseCharge } from "../../app/payments/payable.ts";
import {
  type Charge,
  type ConfirmationReply,
  confirmExpireTime,
  endedCharge,
  settledCharge,
  settledConfirmation,
} from "../../payment/charge.ts";
import { chargeMoved } from "../../payment/charge-moved.ts";
import { settledOnce } from "../../payment/outbox.ts";
import type { Pool } from "../driver/pool.ts";
import { type Statement, statement, textOrUndefined } from "../driver/statement.ts";
import { inTransaction, read, type Transaction } from "../driver/transaction.ts";
import {
  changeRequest,
  claiming,
  findRequest,
  moveRequest,
  type OutboxKind,
  requestNamed,
  storedIn,
  storing,
} from "../outbox/outbox.ts";
import { attemptsOfPaymentsForUpdate, toAttempt } from "../rows/attempt-rows.ts";
import {
  CHARGE_COLUMNS,
  chargeById,
  chargesLeftBehind,
  chargesOfPaymentForUpdate,
  toCharge,
} from "../rows/charge-rows.ts";
import { lockPayments, type PaymentKey } from "../rows/payment-lock.ts";
import { shopPaymentById, toShopPayment } from "../rows/shop-rows.ts";

export const CHARGES: OutboxKind<Charge, Charge> = {
  subject: "charge",
  table: "clickbridge_charge",
  columns: `${CHARGE_COLUMNS}, confirm_token`,
  toRequest: toCharge,
  claimSets: "send_time = COALESCE(send_time, NOW(3))",
  lock: (tx, charge) => tx.run(lockPayments([charge])),
  moved: chargeMoved,
};

export function chargeStore(pool: Pool): ChargeStore {
  return {
    find: (kind, caller, requestId) => findRequest(pool, CHARGES, { kind, caller, requestId }),
    byId: async (id) => {
      const [found] = await read(pool, chargeById(id));
      return found?.rows.map(toCharge)[0];
    },
    store: (charge, refuse) => store(pool, charge, refuse),
    claimForSending: (charge, token, refuse) => claim(pool, charge, token, refuse),
    settle: (charge, reply) =>
      moveRequest(pool, CHARGES, charge, (current) => settledOnce(current, (sending) => settledCharge(sending, reply))),
    claimConfirmation: (charge, by) => claimConfirmation(pool, charge, by),
    settleConfirmation: (charge, reply) => settleConfirmation(pool, charge, reply),
    leftBehind: async (limit) => ((await read(pool, chargesLeftBehind(limit)))[0]?.rows ?? []).map(toCharge),
    end: (charge, status) => moveRequest(pool, CHARGES, charge, (current, now) => endedCharge(current, status, now)),
  };
}

/** Locks the payment and reads everything that decides whether it may be charged. */
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
    rest,
  };
}

/** Runs under the payment's lock, so that at most one charge of a payment is open. */
function store(pool: Pool, charge: NewCharge, refuse: RefuseCharge): Promise<Stored<Charge>> {
  const { kind, userId, serviceId, paymentId, orderId, reference, amountTiyin, feeTiyin } = charge;
  return inTransaction(pool, async (tx) => {
    const { attempts, payment, charges, rest } = await readLocked(tx, charge, requestNamed(CHARGES, charge));
    const existing = storedIn(CHARGES, rest[0]);
    if (existing !== undefined) return { writes: [], value: existing };
    refuse(payment, attempts, charges);
    return storing(CHARGES, charge, {
      kind,
      user_id: userId,
      service_id: BigInt(serviceId),
      payment_id: paymentId,
      order_id: orderId,
      reference,
      amount_tiyin: amountTiyin,
      fee_tiyin: feeTiyin,
    });
  });
}

function claim(pool: Pool, { id, paymentId, orderId }: Charge, token: string, refuse: RefuseCharge): Promise<boolean> {
  return inTransaction<boolean>(pool, async (tx) => {
    const { attempts, payment, charges } = await readLocked(tx, { paymentId, orderId });
    // A claim that was already made stays valid, even if the payment has changed since.
    if (charges.find((charge) => charge.id === id)?.state === "STORED") {
      refuse(
        payment,
        attempts,
        charges.filter((charge) => charge.id !== id),
      );
    }
    return claiming(CHARGES, id, token);
  });
}

function claimConfirmation(
  pool: Pool,
  charge: Charge,
  { token, caller, userId }: Confirmer,
): Promise<"CLAIMED" | "TOO_LATE" | Charge> {
  return changeRequest<Charge, Charge, unknown, "CLAIMED" | "TOO_LATE" | Charge>(pool, CHARGES, charge, (found) => {
    const { request: current, row, now } = found;
    // Our own claim, after a lost reply to COMMIT.
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
  return moveRequest(pool, CHARGES, charge, (current) => {
    if (current.confirmation !== "SENDING") return undefined;
    const settled = settledConfirmation(current, reply);
    // Another process may have polled Click meanwhile and stored the result.
    return current.state === "PROCESSING" ? settled : { ...current, confirmation: settled.confirmation };
  });
}
