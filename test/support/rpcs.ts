import { randomUUID } from "node:crypto";
import type { Metadata } from "@grpc/grpc-js";
import { CreatePaymentLinkRequest_CardType } from "../../src/gen/clickbridge/v1/checkout_service.ts";
import {
  AcknowledgeOrderUpdateRequest_Outcome,
  AcknowledgeOrderUpdateRequest_Refusal,
} from "../../src/gen/clickbridge/v1/order_update_service.ts";
import { Attempt_State } from "../../src/gen/clickbridge/v1/payment.ts";
import type { ListPaymentsRequest } from "../../src/gen/clickbridge/v1/payment_service.ts";
import type { SCOPES } from "../../src/grpc/tokens.ts";
import { signedCallback } from "./click.ts";
import { followEvents } from "./follow-events.ts";
import { type Clients, call } from "./service.ts";

/** One RPC of the contract, and a call of it that passes the checks of its fields. */
export interface Rpc {
  readonly name: string;
  readonly scope: (typeof SCOPES)[number];
  readonly send: (clients: Clients, metadata: Metadata) => Promise<unknown>;
}

const callback = { callback: signedCallback({ action: "0", merchantTransId: "1" }), callerAddress: "" };

/** Asks for every payment, by the page. */
export const NO_FILTER: ListPaymentsRequest = {
  pageSize: 0,
  pageToken: "",
  clickId: "",
  orderNumber: "",
  orderId: 0n,
  phoneNumber: "",
  state: Attempt_State.STATE_UNSPECIFIED,
  serviceId: 0n,
  createdFromTime: undefined,
  createdBeforeTime: undefined,
};

/** Every RPC there is: a test counts them against the contract. */
export const RPCS: readonly Rpc[] = [
  { name: "Prepare", scope: "callback", send: (c, m) => call(c.callbacks, c.callbacks.prepare, callback, m) },
  {
    name: "Complete",
    scope: "callback",
    send: (c, m) => call(c.callbacks, c.callbacks.complete, { ...callback, leaveOrderUpdate: false }, m),
  },
  {
    name: "ClaimOrderUpdates",
    scope: "updates",
    send: (c, m) => call(c.updates, c.updates.claimOrderUpdates, { limit: 0 }, m),
  },
  {
    name: "StartOrderUpdate",
    scope: "updates",
    send: (c, m) => call(c.updates, c.updates.startOrderUpdate, { orderUpdateId: 1n, token: "x" }, m),
  },
  {
    name: "AcknowledgeOrderUpdate",
    scope: "updates",
    send: (c, m) =>
      call(
        c.updates,
        c.updates.acknowledgeOrderUpdate,
        {
          orderUpdateId: 1n,
          token: "x",
          outcome: AcknowledgeOrderUpdateRequest_Outcome.OUTCOME_APPLIED,
          refusal: AcknowledgeOrderUpdateRequest_Refusal.REFUSAL_UNSPECIFIED,
          detail: "",
        },
        m,
      ),
  },
  {
    name: "CreatePaymentLink",
    scope: "checkout",
    send: (c, m) =>
      call(
        c.checkout,
        c.checkout.createPaymentLink,
        { paymentId: 1n, returnUrl: "", cardType: CreatePaymentLinkRequest_CardType.CARD_TYPE_UNSPECIFIED },
        m,
      ),
  },
  {
    name: "CreateInvoice",
    scope: "checkout",
    send: (c, m) =>
      call(
        c.checkout,
        c.checkout.createInvoice,
        { requestId: randomUUID(), paymentId: 1n, phoneNumber: "901234567", userId: "" },
        m,
      ),
  },
  {
    name: "GetCheckout",
    scope: "checkout",
    send: (c, m) => call(c.checkout, c.checkout.getCheckout, { paymentId: 1n }, m),
  },
  {
    name: "GetPayment",
    scope: "read",
    send: (c, m) => call(c.payments, c.payments.getPayment, { paymentId: 1n }, m),
  },
  {
    name: "ListPayments",
    scope: "read",
    send: (c, m) => call(c.payments, c.payments.listPayments, NO_FILTER, m),
  },
  {
    name: "ListEvents",
    scope: "read",
    send: (c, m) => call(c.payments, c.payments.listEvents, { afterSeq: undefined, pageSize: 0, filter: undefined }, m),
  },
  {
    name: "WatchEvents",
    scope: "read",
    send: async (c, m) => {
      const watch = followEvents(c.payments, {}, m);
      await Promise.race([watch.heartbeat(), watch.ended]);
      watch.cancel();
    },
  },
];
