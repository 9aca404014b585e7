import { randomUUID } from "node:crypto";
import type { Metadata } from "@grpc/grpc-js";
import { Anomaly_Kind, Anomaly_Resolution, Anomaly_State } from "../../../src/gen/clickbridge/v1/anomaly.ts";
import { CreatePaymentLinkRequest_CardType } from "../../../src/gen/clickbridge/v1/checkout_service.ts";
import type {
  ListLedgerEntriesRequest,
  MatchStatementRequest,
} from "../../../src/gen/clickbridge/v1/ledger_service.ts";
import {
  AcknowledgeOrderUpdateRequest_Outcome,
  AcknowledgeOrderUpdateRequest_Refusal,
} from "../../../src/gen/clickbridge/v1/order_update_service.ts";
import { Attempt_State } from "../../../src/gen/clickbridge/v1/payment.ts";
import type { ListAnomaliesRequest, ListPaymentsRequest } from "../../../src/gen/clickbridge/v1/payment_service.ts";
import type { NeededScope } from "../../../src/grpc/server/tokens.ts";
import { signedCallback } from "../click/click.ts";
import { newReceipt, RECEIPT_URL } from "../click/receipt.ts";
import { SERVICE } from "../shop/shop.ts";
import { followEvents } from "./follow-events.ts";
import { type Clients, call } from "./service.ts";

/** One RPC of the contract, and a call of it that passes the checks of its fields. */
export interface Rpc {
  readonly name: string;
  readonly scope: NeededScope;
  readonly send: (clients: Clients, metadata: Metadata) => Promise<unknown>;
}

const callback = {
  callback: signedCallback({ action: "0", merchantTransId: "1" }),
  callerAddress: "",
  certificationOnly: false,
};

const httpRequest = {
  httpMethod: "POST",
  route: "prepare",
  contentType: "",
  body: Buffer.from("amount=1"),
  callerAddress: "",
  certificationOnly: false,
  leaveOrderUpdate: false,
  unencrypted: false,
};

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
  searchText: "",
  paymentStates: [],
};

/** A file without columns that anybody has confirmed. */
const A_STATEMENT: MatchStatementRequest = {
  serviceId: BigInt(SERVICE.serviceId),
  file: Buffer.from("payment_id;amount\n3000000001;1000\n"),
  firstDay: "2026-10-01",
  lastDay: "2026-10-31",
  confirmColumns: false,
  columns: [],
  statuses: [],
};

/** Asks for every entry of the ledger, by the page. */
export const ANY_ENTRY: ListLedgerEntriesRequest = {
  pageSize: 0,
  pageToken: "",
  bookedFromTime: undefined,
  bookedBeforeTime: undefined,
  serviceId: 0n,
  orderId: 0n,
  paymentId: 0n,
  kinds: [],
  clickPaymentId: "",
};

/** Every RPC there is: a test counts them against the contract. */
const ANY_ANOMALY: ListAnomaliesRequest = {
  pageSize: 0,
  pageToken: "",
  state: Anomaly_State.STATE_UNSPECIFIED,
  kind: Anomaly_Kind.KIND_UNSPECIFIED,
  serviceId: 0n,
  paymentId: 0n,
};

export const RPCS: readonly Rpc[] = [
  { name: "Prepare", scope: "callback", send: (c, m) => call(c.callbacks, c.callbacks.prepare, callback, m) },
  {
    name: "AnswerCallback",
    scope: "callback",
    send: (c, m) => call(c.callbacks, c.callbacks.answerCallback, httpRequest, m),
  },
  {
    name: "Complete",
    scope: "callback",
    send: (c, m) =>
      call(c.callbacks, c.callbacks.complete, { ...callback, leaveOrderUpdate: false, unencrypted: false }, m),
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
          inParts: false,
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
    name: "CreateCheckoutToken",
    scope: "checkout",
    send: (c, m) => call(c.checkout, c.checkout.createCheckoutToken, { paymentId: 1n }, m),
  },
  {
    name: "GetCheckoutByToken",
    scope: "checkout",
    send: (c, m) => call(c.checkout, c.checkout.getCheckoutByToken, { token: "" }, m),
  },
  {
    name: "GetCheckoutPage",
    scope: "checkout",
    send: (c, m) =>
      call(
        c.checkout,
        c.checkout.getCheckoutPage,
        { paymentId: 1n, returnUrl: "", chooseCard: false, forBuyer: true, returnedStatus: "" },
        m,
      ),
  },
  {
    name: "AnswerCheckout",
    scope: "checkout",
    send: (c, m) =>
      call(
        c.checkout,
        c.checkout.answerCheckout,
        { httpMethod: "GET", token: "", body: Buffer.alloc(0), callerAddress: "" },
        m,
      ),
  },
  {
    name: "SendInvoiceByToken",
    scope: "checkout",
    send: (c, m) =>
      call(
        c.checkout,
        c.checkout.sendInvoiceByToken,
        { token: "", requestId: randomUUID(), phoneNumber: "901234567", callerAddress: "" },
        m,
      ),
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
    name: "RefundPayment",
    scope: "refund",
    send: (c, m) =>
      call(
        c.payments,
        c.payments.refundPayment,
        { requestId: randomUUID(), paymentId: 1n, attemptId: 0n, amountTiyin: undefined, userId: "", note: "" },
        m,
      ),
  },
  {
    name: "RefreshPayment",
    scope: "refund",
    send: (c, m) => call(c.payments, c.payments.refreshPayment, { paymentId: 1n }, m),
  },
  {
    name: "ListAnomalies",
    scope: "read",
    send: (c, m) => call(c.payments, c.payments.listAnomalies, ANY_ANOMALY, m),
  },
  {
    name: "ResolveAnomaly",
    scope: "refund",
    send: (c, m) =>
      call(
        c.payments,
        c.payments.resolveAnomaly,
        {
          anomalyId: 1n,
          resolution: Anomaly_Resolution.RESOLUTION_RETRY_APPLY,
          paymentId: 0n,
          clickPaymentId: "",
          note: "",
          userId: "",
        },
        m,
      ),
  },
  {
    name: "ListEvents",
    scope: "read",
    send: (c, m) =>
      call(c.payments, c.payments.listEvents, { afterSeq: undefined, pageSize: 0, filter: undefined, epoch: 0n }, m),
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
  {
    name: "ListLedgerEntries",
    scope: "read",
    send: (c, m) => call(c.ledger, c.ledger.listLedgerEntries, ANY_ENTRY, m),
  },
  {
    name: "GetTotals",
    scope: "read",
    send: (c, m) =>
      call(c.ledger, c.ledger.getTotals, { firstDay: "2026-11-24", lastDay: "2026-11-24", serviceId: 0n }, m),
  },
  {
    name: "MatchStatement",
    scope: "read",
    send: (c, m) => call(c.ledger, c.ledger.matchStatement, A_STATEMENT, m),
  },
  {
    name: "RequestCardToken",
    scope: "cards",
    send: (c, m) =>
      call(
        c.cards,
        c.cards.requestCardToken,
        { serviceId: 1n, cardNumber: "8600123412341234", expireDate: "0399", temporary: false },
        m,
      ),
  },
  {
    name: "VerifyCardToken",
    scope: "cards",
    send: (c, m) => call(c.cards, c.cards.verifyCardToken, { serviceId: 1n, cardToken: "x", smsCode: "12345" }, m),
  },
  {
    name: "ChargeCardToken",
    scope: "cards",
    send: (c, m) =>
      call(c.cards, c.cards.chargeCardToken, { requestId: randomUUID(), paymentId: 1n, cardToken: "x", userId: "" }, m),
  },
  {
    name: "DeleteCardToken",
    scope: "cards",
    send: (c, m) => call(c.cards, c.cards.deleteCardToken, { serviceId: 1n, cardToken: "x" }, m),
  },
  {
    name: "ChargeClickPass",
    scope: "pass",
    send: (c, m) =>
      call(
        c.pass,
        c.pass.chargeClickPass,
        { requestId: randomUUID(), paymentId: 1n, otpData: "x", cashboxCode: "", userId: "" },
        m,
      ),
  },
  {
    name: "ConfirmClickPass",
    scope: "pass",
    send: (c, m) => call(c.pass, c.pass.confirmClickPass, { chargeId: 1n, userId: "" }, m),
  },
  {
    name: "SetConfirmationMode",
    scope: "pass",
    send: (c, m) => call(c.pass, c.pass.setConfirmationMode, { serviceId: 1n, on: true, userId: "" }, m),
  },
  {
    name: "SubmitItems",
    scope: "fiscal",
    send: (c, m) => call(c.fiscal, c.fiscal.submitItems, newReceipt({ paymentId: 1n }), m),
  },
  {
    name: "SubmitQrCode",
    scope: "fiscal",
    send: (c, m) =>
      call(
        c.fiscal,
        c.fiscal.submitQrCode,
        { requestId: randomUUID(), paymentId: 1n, attemptId: 0n, qrCodeUrl: RECEIPT_URL, userId: "" },
        m,
      ),
  },
  {
    name: "GetFiscalData",
    scope: "fiscal",
    send: (c, m) => call(c.fiscal, c.fiscal.getFiscalData, { paymentId: 1n, attemptId: 0n }, m),
  },
  {
    name: "PlanCurrency",
    scope: "checkout",
    send: (c, m) => call(c.setup, c.setup.planCurrency, {}, m),
  },
  {
    name: "GetServerInfo",
    scope: "any",
    send: (c, m) => call(c.server, c.server.getServerInfo, {}, m),
  },
  {
    name: "CheckSetup",
    scope: "setup",
    send: (c, m) => call(c.setup, c.setup.checkSetup, { callbackUrls: [] }, m),
  },
];
