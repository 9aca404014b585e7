import { type ClickApi, type ClickPaymentStatus, type ClickReply, isOfTheAsker } from "../app/click/click-api.ts";
import { formatSoums } from "../protocol/amount.ts";
import type { MerchantCalls } from "./merchant-calls.ts";
import { isNothing, type JsonObject, readId, readPaymentStatus } from "./reply-fields.ts";

type Payments = Pick<ClickApi, "paymentStatus" | "paymentOfReference" | "reversePayment" | "reversePaymentPartly">;

/** Status and reversal of Click payments. Our reference is a part of the path here. */
export function payments(calls: MerchantCalls): Payments {
  return {
    paymentStatus: (account, clickPaymentId) =>
      calls.ask(account, {
        method: "GET",
        path: ["payment", "status", account.serviceId, clickPaymentId],
        read: (body) => statusOfPayment(body, clickPaymentId),
      }),
    paymentOfReference: async (account, reference, day) =>
      aboutPayments(
        await calls.ask(account, {
          method: "GET",
          path: ["payment", "status_by_mti", account.serviceId, reference, day],
          read: (body) => paymentUnder(body, reference),
        }),
      ),
    reversePayment: (account, clickPaymentId) =>
      calls.mutate(account, {
        method: "DELETE",
        path: ["payment", "reversal", account.serviceId, clickPaymentId],
        read: () => ({}),
      }),
    reversePaymentPartly: (account, clickPaymentId, amountTiyin) =>
      calls.mutate(account, {
        method: "DELETE",
        path: ["payment", "partial_reversal", account.serviceId, clickPaymentId, formatSoums(amountTiyin)],
        read: () => ({}),
      }),
  };
}

/** error_code 0 only means that the query was valid. An answer about another payment is not an answer. */
function statusOfPayment(
  body: JsonObject,
  clickPaymentId: string,
): { readonly status: ClickPaymentStatus } | undefined {
  const status = readPaymentStatus(body["payment_status"]);
  const isOther = !isNothing(body["payment_id"]) && readId(body["payment_id"]) !== clickPaymentId;
  return status === undefined || isOther ? undefined : { status };
}

/** Click's table lists payment_status, its example merchant_trans_id: both are optional. */
function paymentUnder(body: JsonObject, reference: string) {
  const { payment_id: id, merchant_trans_id: named } = body;
  if (!isNothing(named) && String(named) !== reference) return undefined;
  const status = readPaymentStatus(body["payment_status"]);
  if (isNothing(id)) return { clickPaymentId: undefined, status };
  const clickPaymentId = readId(id);
  return clickPaymentId === undefined ? undefined : { clickPaymentId, status };
}

/** A refusal of the caller tells nothing about payments; it must not count as "there is none". */
function aboutPayments<Done>(reply: ClickReply<Done>): ClickReply<Done> {
  return reply.kind === "REFUSED" && isOfTheAsker(reply.refusal) ? { kind: "UNKNOWN" } : reply;
}
