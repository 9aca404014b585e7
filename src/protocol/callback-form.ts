import { completeSignature, prepareSignature } from "./signature.ts";

/** A callback as Click would send it, before it is signed. The texts go out exactly as they stand here. */
export interface OutgoingCallback {
  readonly clickTransId: string;
  readonly serviceId: string;
  readonly clickPaydocId: string;
  readonly merchantTransId: string;
  /** Undefined: the field is not sent. An empty text is sent as an empty field. */
  readonly merchantPrepareId: string | undefined;
  /** Soums, in the spelling that is signed. */
  readonly amount: string;
  readonly action: "0" | "1";
  /** 0, or Click's negative code. Not signed. */
  readonly error: number;
  readonly errorNote: string;
  /** `YYYY-MM-DD HH:mm:ss`. */
  readonly signTime: string;
}

/** The right `sign_string` of a callback. A prepare id that is not sent counts as an empty text. */
export function signCallback(callback: OutgoingCallback, secretKey: string): string {
  const signed = { ...callback, secretKey };
  return callback.action === "0"
    ? prepareSignature(signed)
    : completeSignature({ ...signed, merchantPrepareId: callback.merchantPrepareId ?? "" });
}

/** The fields by their names on the wire, without the signature: what a report or a ledger may show. */
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
