/** The possible answers to a callback, with the documented text (click-protocol.md 1.5). */
export const ANSWER = {
  SUCCESS: 0,
  SIGN_CHECK_FAILED: -1,
  INCORRECT_AMOUNT: -2,
  ACTION_NOT_FOUND: -3,
  ALREADY_PAID: -4,
  ORDER_NOT_FOUND: -5,
  TRANSACTION_NOT_FOUND: -6,
  UPDATE_FAILED: -7,
  BAD_REQUEST: -8,
  TRANSACTION_CANCELLED: -9,
} as const;

export type AnswerCode = (typeof ANSWER)[keyof typeof ANSWER];

const NOTE: Readonly<Record<AnswerCode, string>> = {
  [ANSWER.SUCCESS]: "Success",
  [ANSWER.SIGN_CHECK_FAILED]: "SIGN CHECK FAILED!",
  [ANSWER.INCORRECT_AMOUNT]: "Incorrect parameter amount",
  [ANSWER.ACTION_NOT_FOUND]: "Action not found",
  [ANSWER.ALREADY_PAID]: "Already paid",
  [ANSWER.ORDER_NOT_FOUND]: "User does not exist",
  [ANSWER.TRANSACTION_NOT_FOUND]: "Transaction does not exist",
  [ANSWER.UPDATE_FAILED]: "Failed to update user",
  [ANSWER.BAD_REQUEST]: "Error in request from click",
  [ANSWER.TRANSACTION_CANCELLED]: "Transaction cancelled",
};

export function answerNote(code: AnswerCode): string {
  return NOTE[code];
}

export interface AnswerBody {
  /** Echoed unchanged when it is a number; Click documents a bigint, so it is written as digits, never through a float. */
  readonly clickTransId: string | undefined;
  readonly merchantTransId: string | undefined;
  /** Name of our id: merchant_prepare_id in the answer to a Prepare, merchant_confirm_id in that to a Complete. */
  readonly idName: "merchant_prepare_id" | "merchant_confirm_id";
  readonly id: number | undefined;
  readonly code: AnswerCode;
  /** Added to the documented text of −8: the field and the rule that it breaks. */
  readonly detail?: string | undefined;
}

const BIGINT_DIGITS = /^\d{1,19}$/;

/**
 * The JSON answer. On an error only `error` and `error_note` are required, but all fields are safe (click-protocol.md 1.5), so all known
 * fields are sent. The documentation allows `merchant_confirm_id` to be null.
 */
export function answerJson(body: AnswerBody): string {
  const parts: string[] = [];
  if (body.clickTransId !== undefined && BIGINT_DIGITS.test(body.clickTransId)) {
    parts.push(`"click_trans_id":${withoutLeadingZeros(body.clickTransId)}`);
  }
  if (body.merchantTransId !== undefined) parts.push(`"merchant_trans_id":${JSON.stringify(body.merchantTransId)}`);
  if (body.id !== undefined) parts.push(`"${body.idName}":${body.id}`);
  parts.push(`"error":${body.code}`, `"error_note":${JSON.stringify(noteOf(body))}`);
  return `{${parts.join(",")}}`;
}

function noteOf({ code, detail }: AnswerBody): string {
  return detail === undefined ? answerNote(code) : `${answerNote(code)}: ${detail}`;
}

function withoutLeadingZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, "");
}
