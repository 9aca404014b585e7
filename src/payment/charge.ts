import { type Attempt, isSameMoney } from "./attempt.ts";
import type { ChargeId, OrderId, PaymentId, ServiceId } from "./ids.ts";
import { type Overdue, SENDING_SECONDS_MAX, STORED_SECONDS_MAX } from "./outbox.ts";

export type ChargeKind = "CARD" | "PASS";

/**
 * ```
 *  STORED ─▶ SENDING ─▶ DONE | FAILED | REFUSED | UNKNOWN
 *                  └──▶ PROCESSING ─▶ DONE | FAILED
 * ```
 * Never sent again. PROCESSING: Click has the payment, and its status is polled. UNKNOWN: there is no number to poll; an operator decides.
 */
export type ChargeState = "STORED" | "SENDING" | "PROCESSING" | "DONE" | "FAILED" | "REFUSED" | "UNKNOWN";

/** WAITING for the cashier, SENDING the confirmation, then Click's reply to it. */
export type Confirmation = "NOT_NEEDED" | "WAITING" | "SENDING" | "CONFIRMED" | "REFUSED" | "UNKNOWN";

/** A charge that we request from Click. Without any card data. */
export interface Charge {
  readonly id: ChargeId;
  readonly kind: ChargeKind;
  readonly state: ChargeState;
  /** Name of the caller's token. */
  readonly caller: string;
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly reference: string;
  /** The amount to capture. */
  readonly amountTiyin: bigint;
  /** The fee that the amount includes. */
  readonly feeTiyin: bigint;
  /** When it was claimed for sending: Click created the payment after this. */
  readonly sendTime: Date | undefined;
  readonly clickPaymentId: string | undefined;
  /** The last status that Click reported. */
  readonly clickStatus: ClickStatus | undefined;
  readonly cardType: "PRIVATE" | "CORPORATE" | undefined;
  readonly processing: "UZCARD" | "HUMO" | "WALLET" | undefined;
  readonly confirmation: Confirmation;
  /** A stable name for Click's code, when it refused. */
  readonly clickRefusal: string | undefined;
  readonly clickErrorCode: number;
  readonly clickErrorNote: string;
  readonly createTime: Date;
}

export type ClickStatus = "FAILED" | "CREATED" | "PROCESSING" | "PAID";

export interface ChargeRefused {
  readonly kind: "REFUSED";
  readonly refusal: string;
  readonly clickErrorCode: number;
  readonly clickErrorNote: string;
}

/** Click's reply to a charge. */
export type ChargeReply =
  | ({ readonly kind: "DONE"; readonly clickPaymentId: string; readonly status: ClickStatus } & Pick<
      Charge,
      "cardType" | "processing"
    > & { readonly mustConfirm: boolean })
  | ChargeRefused
  | { readonly kind: "UNKNOWN" };

/** A charge in SENDING after Click's reply. */
export function settledCharge(charge: Charge, reply: ChargeReply): Charge {
  switch (reply.kind) {
    case "DONE": {
      const { clickPaymentId, status, cardType, processing } = reply;
      const waits = reply.mustConfirm && status !== "FAILED";
      return {
        ...charge,
        state: waits ? "PROCESSING" : stateOf(status),
        confirmation: waits ? "WAITING" : "NOT_NEEDED",
        clickPaymentId,
        clickStatus: status,
        cardType,
        processing,
      };
    }
    case "REFUSED":
      return { ...charge, state: "REFUSED", ...refusalOf(reply) };
    case "UNKNOWN":
      return { ...charge, state: "UNKNOWN" };
    default:
      return reply satisfies never;
  }
}

/** Click's reply to a confirmation, and the payment status polled after it. */
export type ConfirmationReply =
  | { readonly kind: "DONE"; readonly status: ClickStatus | undefined }
  | ChargeRefused
  | { readonly kind: "UNKNOWN" };

/** A charge whose confirmation was in SENDING, after Click's reply. */
export function settledConfirmation(charge: Charge, reply: ConfirmationReply): Charge {
  switch (reply.kind) {
    case "DONE": {
      const { status } = reply;
      const told = status === undefined ? {} : { clickStatus: status, state: stateOf(status) };
      return { ...charge, confirmation: "CONFIRMED", ...told };
    }
    case "REFUSED":
      // It was not sent: the cashier may try again before the deadline.
      if (reply.refusal === "NOT_SENT") return { ...charge, confirmation: "WAITING" };
      return { ...charge, confirmation: "REFUSED", ...refusalOf(reply) };
    case "UNKNOWN":
      return { ...charge, confirmation: "UNKNOWN" };
    default:
      return reply satisfies never;
  }
}

function stateOf(status: ClickStatus): ChargeState {
  if (status === "PAID") return "DONE";
  return status === "FAILED" ? "FAILED" : "PROCESSING";
}

function refusalOf({ refusal, clickErrorCode, clickErrorNote }: ChargeRefused) {
  return { clickRefusal: refusal, clickErrorCode, clickErrorNote };
}

/** Click cancels an unconfirmed payment after this (click-protocol.md 2). */
const CLICK_CANCELS_AFTER_SECONDS = 30;
/** UNKNOWN is ended by an operator. */
export const CHARGE_LIFE: readonly Overdue<Charge>[] = [
  { state: "STORED", afterSeconds: STORED_SECONDS_MAX, becomes: { state: "REFUSED", clickRefusal: "NOT_SENT" } },
  { state: "SENDING", afterSeconds: SENDING_SECONDS_MAX, becomes: { state: "UNKNOWN" } },
];

/** After this Click has cancelled an unconfirmed payment, so that its reported status is final. */
const UNCONFIRMED_SECONDS_MAX = 2 * CLICK_CANCELS_AFTER_SECONDS;

/** A charge in PROCESSING ended by the reported status of its payment; undefined while it continues. */
export function endedCharge(charge: Charge, status: ClickStatus | undefined, now: Date): Charge | undefined {
  if (charge.state !== "PROCESSING") return undefined;
  if (status === "FAILED") return { ...charge, state: "FAILED", clickStatus: status };
  const ageSeconds = (now.getTime() - (charge.sendTime ?? charge.createTime).getTime()) / 1_000;
  const isSettled = charge.confirmation === "NOT_NEEDED" || charge.confirmation === "CONFIRMED";
  const counts = isSettled || ageSeconds > UNCONFIRMED_SECONDS_MAX;
  return status === "PAID" && counts ? { ...charge, state: "DONE", clickStatus: status } : undefined;
}

/** A charge with unknown result as an operator found it in Click's cabinet: paid under this number, or not paid. */
export function decidedCharge(charge: Charge, clickPaymentId: string | undefined): Charge {
  return clickPaymentId === undefined
    ? { ...charge, state: "FAILED" }
    : { ...charge, state: "DONE", clickPaymentId, clickStatus: "PAID" };
}

/** Money was or may still be taken: a second charge of the payment could debit twice. */
export function isOpenCharge({ state }: Charge): boolean {
  return state === "STORED" || state === "SENDING" || state === "PROCESSING" || state === "UNKNOWN";
}

/** Click took the money, and no attempt shows it reversed: the payment is taken, even before an attempt records it. */
export function keepsMoney({ state, serviceId, clickPaymentId }: Charge, attempts: readonly Attempt[]): boolean {
  const isItsMoney = (a: Attempt) =>
    a.serviceId === serviceId && (a.clickPaymentId === clickPaymentId || isSameMoney(a, clickPaymentId));
  return state === "DONE" && !attempts.some((a) => a.state === "REVERSED" && isItsMoney(a));
}

/** Time for the confirmation to reach Click. */
const CONFIRM_MARGIN_SECONDS = 5;

/** The deadline of the confirmation. Click created the payment after we sent the charge, so this is never too late. */
export function confirmExpireTime({ sendTime, createTime }: Pick<Charge, "sendTime" | "createTime">): Date {
  const windowMs = (CLICK_CANCELS_AFTER_SECONDS - CONFIRM_MARGIN_SECONDS) * 1_000;
  return new Date((sendTime ?? createTime).getTime() + windowMs);
}
