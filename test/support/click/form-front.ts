import { text } from "node:stream/consumers";
import type { Callback } from "../../../src/gen/clickbridge/v1/callback_service.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { type Clients, call } from "../service/service.ts";

/** What stands between Click and the service when PHP is not the point: forwards forms, prints the answers, owes Bitrix nothing. */
export interface FormFront {
  readonly prepareUrl: string;
  readonly completeUrl: string;
  stop(): Promise<void>;
}

const PREPARE_PATH = "/bitrix/tools/clickbridge/callback.php?route=prepare";
const COMPLETE_PATH = "/bitrix/tools/clickbridge/callback.php?route=complete";
const SERVICE_DOWN = { error: -7, error_note: "Failed to update user" };

export async function startFormFront({ callbacks }: Pick<Clients, "callbacks">): Promise<FormFront> {
  const answer = async (path: string, form: URLSearchParams): Promise<string> => {
    const request = { callback: callbackOf(form), callerAddress: "127.0.0.1", certificationOnly: false };
    const response =
      path === PREPARE_PATH
        ? await call(callbacks, callbacks.prepare, request)
        : await call(callbacks, callbacks.complete, { ...request, leaveOrderUpdate: true, unencrypted: false });
    return response.jsonBody;
  };
  const server = await startHttpServer((request, response) => {
    void text(request)
      .then((body) => answer(request.url ?? "", new URLSearchParams(body)))
      .catch(() => JSON.stringify(SERVICE_DOWN))
      .then((body) => response.writeHead(200, { "content-type": "application/json" }).end(body));
  });
  return {
    prepareUrl: `${server.url}${PREPARE_PATH}`,
    completeUrl: `${server.url}${COMPLETE_PATH}`,
    stop: server.stop,
  };
}

/** Absent stays absent, and empty stays empty. */
function callbackOf(form: URLSearchParams): Callback {
  const field = (name: string) => form.get(name) ?? undefined;
  return {
    clickTransId: field("click_trans_id"),
    serviceId: field("service_id"),
    clickPaydocId: field("click_paydoc_id"),
    merchantTransId: field("merchant_trans_id"),
    merchantPrepareId: field("merchant_prepare_id"),
    amount: field("amount"),
    action: field("action"),
    error: field("error"),
    errorNote: field("error_note"),
    signTime: field("sign_time"),
    signString: field("sign_string"),
  };
}
