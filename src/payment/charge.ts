import { type Attempt, isSameMoney } from "./attempt.ts";
import type { ChargeId, OrderId, PaymentId, ServiceId } from "./ids.ts";
import { type Overdue, SENDING_SECONDS_MAX, STORED_SECONDS_MAX } from "./outbox.ts";

export type ChargeKind = "CARD" | "PASS";

/**
 * ```
 *  STORED ─▶ SENDING ─▶ DONE | FAILED | REFUSED | UNKNOWN
 *                  └──▶ PROCESSING ─▶ DONE | FAILED
 * ```
 * Never sent again. PROCESSING is Click's: it is asked about the payment. UNKNOWN has no number to ask about: a person decides.
 */
export type ChargeState = "STORED" | "SENDING" | "PROCESSING" | "DONE" | "FAILED" | "REFUSED" | "UNKNOWN";

/** WAITING for the cashier, SENDING his word, and what Click said to it. */
export type Confirmation = "NOT_NEEDED" | "WAITING" | "SENDING" | "CONFIRMED" | "REFUSED" | "UNKNOWN";

/** Money that we ask Click to take. No card data of any kind. */
export interface Charge {
  readonly id: ChargeId;
  readonly kind: ChargeKind;
  readonly state: ChargeState;
  /** The name of the token that asked for it. */
  readonly caller: string;
  readonly serviceId: ServiceId;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly reference: string;
  /** What Click is to take. */
  readonly amountTiyin: bigint;
  /** What of it is the fee. */
  readonly feeTiyin: bigint;
  /** When it was claimed for sending: Click made the payment later than that. */
  readonly sendTime: Date | undefined;
  readonly clickPaymentId: string | undefined;
  /** The last that Click said of the payment. */
  readonly clickStatus: ClickStatus | undefined;
  readonly cardType: "PRIVATE" | "CORPORATE" | undefined;
  readonly processing: "UZCARD" | "HUMO" | "WALLET" | undefined;
  readonly confirmation: Confirmation;
  /** A stable word for Click's code, when it refused. */
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

/** What Click said to a charge. */
export type ChargeReply =
  | ({ readonly kind: "DONE"; readonly clickPaymentId: string; readonly status: ClickStatus } & Pick<
      Charge,
      "cardType" | "processing"
    > & { readonly mustConfirm: boolean })
  | ChargeRefused
  | { readonly kind: "UNKNOWN" };

/** A charge that is being sent, once Click has spoken. */
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

/** What Click said to a confirmation, and of the payment when it was asked afterwards. */
export type ConfirmationReply =
  | { readonly kind: "DONE"; readonly status: ClickStatus | undefined }
  | ChargeRefused
  | { readonly kind: "UNKNOWN" };

/** A charge whose confirmation is being sent, once Click has spoken. */
export function settledConfirmation(charge: Charge, reply: ConfirmationReply): Charge {
  switch (reply.kind) {
    case "DONE": {
      const { status } = reply;
      const told = status === undefined ? {} : { clickStatus: status, state: stateOf(status) };
      return { ...charge, confirmation: "CONFIRMED", ...told };
    }
    case "REFUSED":
      // It never left: the cashier may try again in time.
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

/** Click cancels what is not confirmed so long after it was made (click-protocol.md 2). */
const CLICK_CANCELS_AFTER_SECONDS = 30;
/** UNKNOWN ends by a person. */
export const CHARGE_LIFE: readonly Overdue<Charge>[] = [
  { state: "STORED", afterSeconds: STORED_SECONDS_MAX, becomes: { state: "REFUSED", clickRefusal: "NOT_SENT" } },
  { state: "SENDING", afterSeconds: SENDING_SECONDS_MAX, becomes: { state: "UNKNOWN" } },
];

/** After so long Click has cancelled what was not confirmed, so that its word on the payment is the last. */
const UNCONFIRMED_SECONDS_MAX = 2 * CLICK_CANCELS_AFTER_SECONDS;

/** A charge that is Click's, as the reported status of its payment ends it; undefined while it goes on. */
export function endedCharge(charge: Charge, word: ClickStatus | undefined, now: Date): Charge | undefined {
  if (charge.state !== "PROCESSING") return undefined;
  if (word === "FAILED") return { ...charge, state: "FAILED", clickStatus: word };
  const ageSeconds = (now.getTime() - (charge.sendTime ?? charge.createTime).getTime()) / 1_000;
  const isSettled = charge.confirmation === "NOT_NEEDED" || charge.confirmation === "CONFIRMED";
  const counts = isSettled || ageSeconds > UNCONFIRMED_SECONDS_MAX;
  return word === "PAID" && counts ? { ...charge, state: "DONE", clickStatus: word } : undefined;
}

/** A charge whose end nobody knew, as a person found it in Click's cabinet: paid under this number, or not at all. */
export function decidedCharge(charge: Charge, clickPaymentId: string | undefined): Charge {
  return clickPaymentId === undefined
    ? { ...charge, state: "FAILED" }
    : { ...charge, state: "DONE", clickPaymentId, clickStatus: "PAID" };
}

/** Its money may be taken yet, or may have been: a second charge of the payment could debit twice. */
export function isOpenCharge({ state }: Charge): boolean {
  return state === "STORED" || state === "SENDING" || state === "PROCESSING" || state === "UNKNOWN";
}

/** Click took the money, and no attempt says that it went back: the payment is taken, whether an attempt shows it yet or not. */
export function keepsMoney({ state, serviceId, clickPaymentId }: Charge, attempts: readonly Attempt[]): boolean {
  const isItsMoney = (a: Attempt) =>
    a.serviceId === serviceId && (a.clickPaymentId === clickPaymentId || isSameMoney(a, clickPaymentId));
  return state === "DONE" && !attempts.some((a) => a.state === "REVERSED" && isItsMoney(a));
}

/** For the way of the confirmation to Click. */
const CONFIRM_MARGIN_SECONDS = 5;

/** Until when a confirmation is worth sending. Click made the payment after we sent the charge, so this is on the safe side. */
export function confirmExpireTime({ sendTime, createTime }: Pick<Charge, "sendTime" | "createTime">): Date {
  const windowMs = (CLICK_CANCELS_AFTER_SECONDS - CONFIRM_MARGIN_SECONDS) * 1_000;
  return new Date((sendTime ?? createTime).getTime() + windowMs);
}
