import type { Charge, ChargeKind, ChargeReply } from "../../payment/charge.ts";
import { fail } from "../../payment/failure.ts";
import type { PaymentId } from "../../payment/ids.ts";
import type { ClickReply, MerchantAccount } from "../click/click-api.ts";
import { type RequestKey, type Stored, sendOnce } from "../outbox/send-once.ts";
import type { PaidByClick } from "../payments/paid-by-click.ts";
import { findPayable, type PayableDeps, refuseUnlessPayable } from "../payments/payable.ts";
import { accountOfService } from "../services/service-account.ts";
import type { ChargeStore } from "./charge-store.ts";

export interface ChargeDeps extends PayableDeps {
  readonly charges: ChargeStore;
  readonly paidByClick: PaidByClick;
  readonly newToken: () => string;
}

interface ChargeRequest {
  readonly kind: ChargeKind;
  readonly key: RequestKey;
  readonly paymentId: PaymentId;
  readonly userId: string;
  readonly send: (account: MerchantAccount, charge: Charge) => Promise<ClickReply<DoneCharge>>;
}

type DoneCharge = Omit<Extract<ChargeReply, { readonly kind: "DONE" }>, "kind">;

/** Charges a payment once. A lost reply leaves the charge UNKNOWN and blocks other charges of the payment until an operator decides. */
export async function chargeOnce(deps: ChargeDeps, request: ChargeRequest): Promise<Charge> {
  const { kind, key, paymentId } = request;
  const charge = await sendOnce({
    key,
    find: () => deps.charges.find(kind, key.caller, key.requestId),
    store: () => store(deps, request),
    ready: ({ serviceId }) => accountOfService(deps.registry, serviceId),
    // Checks again that the payment can be paid: a charge left STORED by a dead process may be old.
    claim: (stored) => deps.charges.claimForSending(stored, deps.newToken(), refuseUnlessPayable(paymentId, stored)),
    send: async (stored, account) => deps.charges.settle(stored, await request.send(account, stored)),
  });
  return concludeCharge(deps, charge);
}

async function store(deps: ChargeDeps, { kind, key, paymentId, userId }: ChargeRequest): Promise<Stored<Charge>> {
  const { payment, account, reference, amountTiyin, feeTiyin } = await findPayable(deps, paymentId);
  const { serviceId } = account;
  const { orderId } = payment;
  return deps.charges.store(
    { ...key, kind, userId, serviceId, paymentId, orderId, reference: reference.text, amountTiyin, feeTiyin },
    refuseUnlessPayable(paymentId, { amountTiyin, feeTiyin }),
  );
}

/** The charge as the caller gets it. Money that was taken is recorded first; if the process died before that, a repeat records it. */
export async function concludeCharge(deps: Pick<ChargeDeps, "paidByClick">, charge: Charge): Promise<Charge> {
  await recordPaid(deps, charge);
  return charge.state === "REFUSED" ? failRefused(charge) : charge;
}

/** Records the capture when Click has taken the money. */
export async function recordPaid({ paidByClick }: Pick<ChargeDeps, "paidByClick">, charge: Charge): Promise<void> {
  const { state, kind, serviceId, paymentId, clickPaymentId, amountTiyin, feeTiyin, reference, caller } = charge;
  if (state !== "DONE" || clickPaymentId === undefined) return;
  const taken = { serviceId, paymentId, clickPaymentId, amountTiyin, feeTiyin, reference };
  await paidByClick.record({ ...taken, source: kind, actor: caller });
}

/** Fails with Click's error of the refused charge or confirmation. */
export function failRefused({ clickErrorCode, clickErrorNote, clickRefusal }: Charge): never {
  return fail({ reason: "CLICK_REFUSED", clickErrorCode, clickErrorNote, clickRefusal });
}
