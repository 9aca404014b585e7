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
  /** Stores it (STORED) unless `refuse` throws. A repeated request returns the stored charge. */
  store(charge: NewCharge, refuse: RefuseCharge): Promise<Stored<Charge>>;
  /** STORED → SENDING unless `refuse` throws; false when another process claimed it with another token. */
  claimForSending(charge: Charge, token: string, refuse: RefuseCharge): Promise<boolean>;
  /** Stores Click's reply to the request in SENDING. */
  settle(charge: Charge, reply: ChargeReply): Promise<Charge>;
  /** Confirmation WAITING → SENDING before its deadline; returns the charge when another process claimed it. */
  claimConfirmation(charge: Charge, by: Confirmer): Promise<"CLAIMED" | "TOO_LATE" | Charge>;
  settleConfirmation(charge: Charge, reply: ConfirmationReply): Promise<Charge>;
  /** Charges at Click that were not polled for a while, and charges whose money no attempt shows; longest unchanged first. */
  leftBehind(limit: number): Promise<readonly Charge[]>;
  /** Ends it when the status that Click reports is final; otherwise changes nothing. */
  end(charge: Charge, status: ClickStatus | undefined): Promise<Charge>;
}
