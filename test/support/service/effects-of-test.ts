import type { Charge } from "../../../src/payment/charge.ts";
import type { Effect, OrderUpdateChange } from "../../../src/payment/effects.ts";
import {
  asAttemptId,
  asChargeId,
  asOrderId,
  asOrderUpdateId,
  asPaymentId,
  asRefundId,
  asServiceId,
} from "../../../src/payment/ids.ts";
import type { NewLedgerEntry } from "../../../src/payment/ledger.ts";
import type { OrderUpdate, OrderUpdateKind } from "../../../src/payment/order-update.ts";
import type { Refund } from "../../../src/payment/refund.ts";

/** Effects as short texts, for the cells of tables. Includes events that no other effect shows. */
export function inShort(effects: readonly Effect[]): string {
  return effects.map(wordsOf).join("; ");
}

function wordsOf(effect: Effect): string {
  switch (effect.effect) {
    case "NewAttempt":
      return `new ${effect.state}${by(effect.captureSource)}`;
    case "MoveAttempt":
      return `${effect.from} → ${effect.to}${of(effect.set?.payment?.paymentId)}${by(effect.set?.captureSource)}`;
    case "BindClickPayment":
      return `bind ${effect.clickPaymentId}`;
    case "EnqueueOrderUpdate":
      return `owe ${effect.kind} ${effect.state}`;
    case "SetOrderUpdate":
      return `update ${effect.id} ${[effect.from.state, changeOf(effect.set)].join(" → ")}`;
    case "SetRefund":
      return `refund ${effect.from} → ${effect.refund.state}`;
    case "SetCharge":
      return `charge ${effect.from} → ${effect.charge.state}`;
    case "RaiseAnomaly":
      return `raise ${effect.kind}${effect.onRepeat === "IGNORE" ? " once" : ""}`;
    case "CloseAnomalies":
      return "close";
    case "AppendEvent":
      return `${effect.type}${(effect.booked?.entries ?? []).map(entryOf).join("")}`;
    default:
      return effect.effect;
  }
}

/** ` [-40000 REFUNDED, fee -1000]` */
function entryOf({ kind, amountTiyin, feeTiyin }: NewLedgerEntry): string {
  const fee = feeTiyin === 0n ? "" : `, fee ${feeTiyin}`;
  return ` [${amountTiyin} ${kind}${fee}]`;
}

const of = (paymentId: number | undefined) => (paymentId === undefined ? "" : ` of ${paymentId}`);
const by = (source: string | undefined) => (source === undefined ? "" : ` by ${source}`);

function changeOf({ state, lease, dueInSeconds, tryCount, saveCount, refusal }: OrderUpdateChange): string {
  return [
    state,
    lease === "ENDED" ? "lease ended" : lease && `${lease.token} ${lease.seconds} s${lease.started ? " started" : ""}`,
    dueInSeconds !== undefined && `due in ${dueInSeconds} s`,
    tryCount !== undefined && `try ${tryCount}`,
    saveCount !== undefined && `save ${saveCount}`,
    refusal,
  ]
    .filter((part) => part !== undefined && part !== false)
    .join(", ");
}

/** Update 1 (MARK_PAID) or 2 (MARK_REFUNDED) of attempt 1, due, and in nobody's hands. */
export function orderUpdate(change: Partial<OrderUpdate> & { readonly kind?: OrderUpdateKind } = {}): OrderUpdate {
  const { kind = "MARK_PAID", ...rest } = change;
  const id = asOrderUpdateId(kind === "MARK_PAID" ? 1 : 2);
  return {
    id,
    state: "PENDING",
    leased: false,
    leaseLive: false,
    started: false,
    token: undefined,
    due: true,
    tryCount: 0,
    saveCount: 0,
    detail: "",
    serviceId: asServiceId("11111"),
    update: {
      id,
      kind,
      paymentId: asPaymentId(7),
      orderId: asOrderId(5),
      attemptId: asAttemptId(1),
      amountTiyin: 100_000n,
      feeTiyin: 0n,
      clickTransId: "3000000001",
      clickPaymentId: "5000000001",
      captureTime: new Date(0),
    },
    ...rest,
  };
}

/** The same in the hands of the applier that was given this token. */
export function leasedTo(token: string, change: Parameters<typeof orderUpdate>[0] = {}): OrderUpdate {
  return orderUpdate({ leased: true, leaseLive: true, token, tryCount: 1, ...change });
}

/** Refund 1 of the whole of attempt 1. */
export function refund(change: Partial<Refund> = {}): Refund {
  return {
    id: asRefundId(1),
    state: "SENDING",
    attemptId: asAttemptId(1),
    serviceId: asServiceId("11111"),
    paymentId: asPaymentId(7),
    orderId: asOrderId(5),
    amountTiyin: 100_000n,
    partial: false,
    clickPaymentId: "5000000001",
    clickRefusal: undefined,
    clickErrorCode: 0,
    clickErrorNote: "",
    createTime: new Date(0),
    doneTime: undefined,
    ...{ requestId: "", caller: "", userId: "", note: "" },
    ...change,
  };
}

/** Charge 1 of a card for payment 7, sent and not answered. */
export function charge(change: Partial<Charge> = {}): Charge {
  return {
    id: asChargeId(1),
    kind: "CARD",
    state: "SENDING",
    caller: "tests",
    serviceId: asServiceId("11111"),
    paymentId: asPaymentId(7),
    orderId: asOrderId(5),
    reference: "57",
    amountTiyin: 100_000n,
    feeTiyin: 0n,
    sendTime: new Date(0),
    clickPaymentId: undefined,
    clickStatus: undefined,
    cardType: undefined,
    processing: undefined,
    confirmation: "NOT_NEEDED",
    clickRefusal: undefined,
    clickErrorCode: 0,
    clickErrorNote: "",
    createTime: new Date(0),
    ...change,
  };
}
