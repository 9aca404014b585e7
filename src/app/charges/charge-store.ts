import type { Charge, ChargeKind, ChargeReply, ClickStatus, ConfirmationReply } from "../../payment/charge.ts";
import type { ChargeId, OrderId, PaymentId, ServiceId } from "../../payment/ids.ts";
import type { RequestKey, Stored } from "../outbox/send-once.ts";
import type { RefuseCharge } from "../payments/payable.ts";

export interface NewCharge extends RequestKey {
  readonly kind: ChargeKind;
  readonly userId: string;
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly reference: string;
  readonly amountTiyin: bigint;
  readonly feeTiyin: bigint;
}

export interface Confirmer {
  readonly token: string;
  readonly caller: string;
  readonly userId: string;
}

export interface ChargeStore {
  find(kind: ChargeKind, caller: string, requestId: string): Promise<Stored<Charge> | undefined>;
  byId(id: ChargeId): Promise<Charge | undefined>;
  /** Stores it (STORED) unless `refuse` names a reason. A repeat gives the stored one. */
  store(charge: NewCharge, refuse: RefuseCharge): Promise<Stored<Charge>>;
  /** STORED → SENDING unless `refuse` names a reason; false when somebody else did it, with another token. */
  claimForSending(charge: Charge, token: string, refuse: RefuseCharge): Promise<boolean>;
  /** Notes Click's reply to what is being sent. */
  settle(charge: Charge, reply: ChargeReply): Promise<Charge>;
  /** WAITING → SENDING of its confirmation, in time; the charge as it is when somebody else did it. */
  claimConfirmation(charge: Charge, by: Confirmer): Promise<"CLAIMED" | "TOO_LATE" | Charge>;
  settleConfirmation(charge: Charge, reply: ConfirmationReply): Promise<Charge>;
  /** Those of Click's that nobody asked about for a while, and those whose money no attempt shows; the longest untouched first. */
  leftBehind(limit: number): Promise<readonly Charge[]>;
  /** Ends it as the status that Click reports of its payment says; otherwise it stays as it is. */
  end(charge: Charge, status: ClickStatus | undefined): Promise<Charge>;
}
