import { type GetFiscalDataDeps, getFiscalData } from "../../app/fiscal/get-fiscal-data.ts";
import { type SubmitFiscalItemsDeps, submitFiscalItems } from "../../app/fiscal/submit-fiscal-items.ts";
import { type SubmitFiscalQrCodeDeps, submitFiscalQrCode } from "../../app/fiscal/submit-fiscal-qr-code.ts";
import type { Submitted } from "../../app/fiscal/submit-once.ts";
import {
  type FiscalReceipt,
  type FiscalServiceServer,
  type FiscalSubmission,
  FiscalSubmission_State as State,
} from "../../gen/clickbridge/v1/fiscal_service.ts";
import type { FiscalState } from "../../payment/fiscal.ts";
import { type AttemptId, asAttemptId, asPaymentId, type PaymentId } from "../../payment/ids.ts";
import { type FiscalReceiptUrl, isReceiptUrl } from "../../protocol/receipt-url.ts";
import { type Check, check, checkUserId, isPaymentId, PAYMENT_ID_RULE, requestIdOf } from "../server/check.ts";
import type { Guard } from "../server/unary.ts";
import { receiptChecks, toReceipt } from "./fiscal-items.ts";

export type FiscalServiceDeps = SubmitFiscalItemsDeps & SubmitFiscalQrCodeDeps & GetFiscalDataDeps;

const ATTEMPT_ID_MAX = 2n ** 31n - 1n;
const QR_CODE_RULE = "must be an address of ofd.soliq.uz with t, r, c and s, at most 500 characters";

/** FiscalService: receipts of payments that Click took. */
export function fiscalService(guard: Guard, deps: FiscalServiceDeps): FiscalServiceServer {
  return {
    submitItems: guard("fiscal", async (request, { caller }) => {
      const { requestId, check: checkRequestId } = requestIdOf(request.requestId);
      check(checkRequestId, ...checkWhose(request), ...receiptChecks(request), checkUserId(request.userId));
      const { userId } = request;
      const asked = { ...whoseOf(request), caller: caller.name, requestId, userId, receipt: toReceipt(request) };
      return toSubmitted(await submitFiscalItems(deps, asked));
    }),
    submitQrCode: guard("fiscal", async (request, { caller }) => {
      const { qrCodeUrl, userId } = request;
      const { requestId, check: checkRequestId } = requestIdOf(request.requestId);
      check(
        checkRequestId,
        ...checkWhose(request),
        ["qr_code_url", isReceiptUrl(qrCodeUrl), QR_CODE_RULE],
        checkUserId(userId),
      );
      const asked = { ...whoseOf(request), caller: caller.name, requestId, userId, qrCodeUrl };
      return toSubmitted(await submitFiscalQrCode(deps, asked));
    }),
    getFiscalData: guard("fiscal", async (request) => {
      check(...checkWhose(request));
      const receipt = await getFiscalData(deps, whoseOf(request));
      return { receipt: receipt === undefined ? undefined : toReceiptMessage(receipt) };
    }),
  };
}

interface Whose {
  readonly paymentId: bigint;
  readonly attemptId: bigint;
}

function checkWhose({ paymentId, attemptId }: Whose): readonly Check[] {
  return [
    ["payment_id", isPaymentId(paymentId), PAYMENT_ID_RULE],
    ["attempt_id", attemptId >= 0n && attemptId <= ATTEMPT_ID_MAX, `must be 0 … ${ATTEMPT_ID_MAX}`],
  ];
}

function whoseOf({ paymentId, attemptId }: Whose): {
  readonly paymentId: PaymentId;
  readonly attemptId: AttemptId | undefined;
} {
  return {
    paymentId: asPaymentId(Number(paymentId)),
    attemptId: attemptId === 0n ? undefined : asAttemptId(Number(attemptId)),
  };
}

const STATE: Readonly<Record<FiscalState, State>> = {
  STORED: State.STATE_STORED,
  SENDING: State.STATE_SENDING,
  DONE: State.STATE_DONE,
  REFUSED: State.STATE_REFUSED,
  UNKNOWN: State.STATE_UNKNOWN,
  RECEIPT_EXISTS: State.STATE_RECEIPT_EXISTS,
};

function toSubmitted({ submission, receipt }: Submitted): {
  readonly submission: FiscalSubmission;
  readonly receipt: FiscalReceipt | undefined;
} {
  return {
    submission: {
      submissionId: BigInt(submission.id),
      state: STATE[submission.state],
      paymentId: BigInt(submission.paymentId),
      clickPaymentId: submission.clickPaymentId,
      createTime: submission.createTime,
    },
    receipt: receipt === undefined ? undefined : toReceiptMessage(receipt),
  };
}

function toReceiptMessage(receipt: FiscalReceiptUrl): FiscalReceipt {
  const { qrCodeUrl, terminalId, receiptNumber, receiptTime, fiscalSign } = receipt;
  return { qrCodeUrl, terminalId, receiptNumber, receiptTime, fiscalSign };
}
