import type { AttemptId, OrderId, PaymentId } from "../../payment/ids.ts";
import type { LeasedOrderUpdate } from "../../payment/order-update.ts";
import { type AnswerBody, type AnswerCode, answerJson, answerNote } from "../../protocol/answer.ts";
import type { CallbackFields } from "../../protocol/callback.ts";

export interface CallbackRequest {
  readonly fields: CallbackFields;
  /** As the web server saw it; empty when unknown. */
  readonly callerAddress: string;
  /** It came through the playground, where only the certification account may answer. */
  readonly certificationOnly: boolean;
}

/** The answer to Click and the fields of its log line. */
export interface CallbackOutcome {
  readonly json: string;
  readonly answer: AnswerCode;
  readonly note: string;
  /** merchant_prepare_id or merchant_confirm_id of the answer. */
  readonly id: number | undefined;
  readonly about: {
    readonly serviceId: string | undefined;
    readonly attemptId: AttemptId | undefined;
    readonly paymentId: PaymentId | undefined;
    readonly orderId: OrderId | undefined;
    /** The reason, for an operator; undefined when the verdict tables decided. */
    readonly why: string | undefined;
  };
  readonly orderUpdate?: LeasedOrderUpdate | undefined;
}

/** Adds Click's code and note to an answer. */
export function outcome(
  fields: CallbackFields,
  answer: Pick<AnswerBody, "code" | "id" | "idName" | "detail">,
  rest: { readonly about: CallbackOutcome["about"]; readonly orderUpdate?: LeasedOrderUpdate | undefined },
): CallbackOutcome {
  const { clickTransId, merchantTransId } = fields;
  return {
    json: answerJson({ clickTransId, merchantTransId, ...answer }),
    answer: answer.code,
    note: answer.detail === undefined ? answerNote(answer.code) : `${answerNote(answer.code)}: ${answer.detail}`,
    id: answer.id,
    ...rest,
  };
}
