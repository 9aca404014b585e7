import type { CompleteResponse, PrepareResponse } from "../../../src/gen/clickbridge/v1/callback_service.ts";
import type { DialectName } from "../../../src/protocol/dialect.ts";
import { sign } from "../../../src/protocol/signature.ts";
import { type Clients, call } from "../service/service.ts";
import { SERVICE } from "../shop/shop.ts";

/** The fields of one callback as Click would sign them; whatever is given replaces the usual. */
export interface CallbackOptions {
  readonly clickTransId?: string;
  readonly serviceId?: string;
  readonly clickPaydocId?: string;
  readonly merchantTransId: string;
  readonly merchantPrepareId?: string;
  readonly amount?: string;
  readonly action?: string;
  readonly errorNote?: string;
  readonly error?: string;
  readonly signTime?: string;
  readonly secretKey?: string;
  readonly signString?: string;
  readonly dialect?: DialectName;
}

/** Soums, as Click spells what is not said otherwise. */
export const USUAL_AMOUNT = "1000.00";

let lastId = 3_000_000_000;
/** A number of Click's that nobody has used, beyond int32 as in real life. */
export function newClickId(): string {
  lastId += 1;
  return String(lastId);
}

/** Signs as Click does and returns the eleven fields. */
export function signedCallback(options: CallbackOptions & { readonly action: string }) {
  const fields = {
    clickTransId: options.clickTransId ?? newClickId(),
    serviceId: options.serviceId ?? SERVICE.serviceId,
    clickPaydocId: options.clickPaydocId ?? newClickId(),
    merchantTransId: options.merchantTransId,
    merchantPrepareId: options.merchantPrepareId,
    amount: options.amount ?? USUAL_AMOUNT,
    action: options.action,
    error: options.error ?? "0",
    errorNote: options.errorNote ?? "Success",
    signTime: options.signTime ?? "2026-01-15 12:00:00",
  };
  const secretKey = options.secretKey ?? SERVICE.secretKey;
  const signString = options.signString ?? sign(options.dialect ?? "click", { ...fields, secretKey });
  return { ...fields, signString };
}

export interface CompleteOptions extends CallbackOptions {
  readonly leaveOrderUpdate?: boolean;
  /** It came over plain HTTP. */
  readonly unencrypted?: boolean;
}

/** Click's side of a payment, over gRPC as the module forwards it. */
export function clickOver(clients: Pick<Clients, "callbacks">, callerAddress = "127.0.0.1") {
  return {
    prepare: (options: CallbackOptions): Promise<PrepareResponse> =>
      call(clients.callbacks, clients.callbacks.prepare, {
        callback: signedCallback({ action: "0", ...options }),
        callerAddress,
        certificationOnly: false,
      }),
    complete: (options: CompleteOptions): Promise<CompleteResponse> =>
      call(clients.callbacks, clients.callbacks.complete, {
        callback: signedCallback({ action: "1", ...options }),
        callerAddress,
        leaveOrderUpdate: options.leaveOrderUpdate ?? false,
        unencrypted: options.unencrypted ?? false,
        certificationOnly: false,
      }),
  };
}
