import { completeSignature, prepareSignature } from "./signature.ts";

/** An unsigned callback as Click would send it. Its texts are sent unchanged. */
export interface OutgoingCallback {
  readonly clickTransId: string;
  readonly serviceId: string;
  readonly clickPaydocId: string;
  readonly merchantTransId: string;
  /** Undefined: the field is not sent. An empty text is sent as an empty field. */
  readonly merchantPrepareId: string | undefined;
  /** Soums, as the text that is signed. */
  readonly amount: string;
  readonly action: "0" | "1";
  /** 0, or Click's negative code. Not signed. */
  readonly error: number;
  readonly errorNote: string;
  /** `YYYY-MM-DD HH:mm:ss`. */
  readonly signTime: string;
}

/** The correct `sign_string` of a callback. A missing prepare id counts as an empty text. */
export function signCallback(callback: OutgoingCallback, secretKey: string): string {
  const signed = { ...callback, secretKey };
  return callback.action === "0"
    ? prepareSignature(signed)
    : completeSignature({ ...signed, merchantPrepareId: callback.merchantPrepareId ?? "" });
}

/** The fields by their wire names, without the signature, for reports. */
export function callbackFields(callback: OutgoingCallback): Record<string, string> {
  return {
    click_trans_id: callback.clickTransId,
    service_id: callback.serviceId,
    click_paydoc_id: callback.clickPaydocId,
    merchant_trans_id: callback.merchantTransId,
    ...(callback.merchantPrepareId === undefined ? {} : { merchant_prepare_id: callback.merchantPrepareId }),
    amount: callback.amount,
    action: callback.action,
    error: String(callback.error),
    error_note: callback.errorNote,
    sign_time: callback.signTime,
  };
}

/** The body of the POST, `application/x-www-form-urlencoded`. */
export function callbackForm(callback: OutgoingCallback, signString: string): string {
  return new URLSearchParams({ ...callbackFields(callback), sign_string: signString }).toString();
}
