import { describe, expect, test } from "vitest";
import { asInvoiceId, asOrderId, asPaymentId, asServiceId } from "../../../src/payment/ids.ts";
import {
  cancelledInvoice,
  type Invoice,
  type InvoiceReply,
  type InvoiceState,
  settledInvoice,
} from "../../../src/payment/invoice.ts";
import { invoiceMoved } from "../../../src/payment/invoice-moved.ts";

const SENDING: Invoice = {
  id: asInvoiceId(1),
  state: "SENDING",
  serviceId: asServiceId("11111"),
  paymentId: asPaymentId(2),
  orderId: asOrderId(3),
  reference: "57",
  amountTiyin: 100_000n,
  feeTiyin: 500n,
  phone: "998901234567",
  clickInvoiceId: undefined,
  clickErrorCode: 0,
  clickErrorNote: "",
  createTime: new Date(0),
};

test.each<[reply: InvoiceReply, becomes: Partial<Invoice>]>([
  [
    { kind: "DONE", clickInvoiceId: "7" },
    { state: "CREATED", clickInvoiceId: "7" },
  ],
  [
    { kind: "REFUSED", clickErrorCode: -5, clickErrorNote: "no" },
    { state: "REFUSED", clickErrorCode: -5, clickErrorNote: "no" },
  ],
  [{ kind: "UNKNOWN" }, { state: "UNKNOWN" }],
])("after the reply %j an invoice is %j", (reply, becomes) => {
  expect(settledInvoice(SENDING, reply)).toEqual({ ...SENDING, ...becomes });
});

describe("an invoice that Click shows deleted", () => {
  test.each<[InvoiceState, InvoiceState | undefined]>([
    ["CREATED", "CANCELLED"],
    ["STORED", undefined],
    ["SENDING", undefined],
    ["REFUSED", undefined],
    ["UNKNOWN", undefined],
    ["LOST", undefined],
    ["CANCELLED", undefined],
  ])("from %s becomes %s", (state, becomes) => {
    expect(cancelledInvoice({ ...SENDING, state })?.state).toBe(becomes);
  });
});

test.each<[InvoiceState, string]>([
  ["CREATED", "invoice.created"],
  ["REFUSED", "invoice.refused"],
  ["UNKNOWN", "invoice.unknown"],
  ["LOST", "invoice.lost"],
  ["CANCELLED", "invoice.cancelled"],
])("the move to %s appends %s, without the phone", (state, type) => {
  const effects = invoiceMoved({ ...SENDING, state }, SENDING);

  expect(effects).toMatchObject([
    { effect: "SetInvoice", from: "SENDING" },
    { effect: "AppendEvent", type, payload: { amountTiyin: "100000", feeTiyin: "500" } },
  ]);
  expect(JSON.stringify("payload" in (effects[1] ?? {}) && effects[1])).not.toContain(SENDING.phone);
});
