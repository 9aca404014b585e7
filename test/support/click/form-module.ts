import { buffer } from "node:stream/consumers";
import { startHttpServer } from "../servers/http-server.ts";
import { type Clients, call } from "../service/service.ts";

/** What stands between Click and the service when PHP is not the point: forwards forms, prints the answers, owes Bitrix nothing. */
export interface FormModule {
  readonly prepareUrl: string;
  readonly completeUrl: string;
  stop(): Promise<void>;
}

const PREPARE_PATH = "/bitrix/tools/clickbridge/callback.php?route=prepare";
const COMPLETE_PATH = "/bitrix/tools/clickbridge/callback.php?route=complete";
const SERVICE_DOWN = { error: -7, error_note: "Failed to update user" };

export async function startFormModule({ callbacks }: Pick<Clients, "callbacks">): Promise<FormModule> {
  const answer = async (path: string, method: string, contentType: string, body: Buffer): Promise<string> => {
    const { jsonBody } = await call(callbacks, callbacks.answerCallback, {
      httpMethod: method,
      route: path === PREPARE_PATH ? "prepare" : "complete",
      contentType,
      body,
      callerAddress: "127.0.0.1",
      certificationOnly: false,
      leaveOrderUpdate: true,
      unencrypted: false,
    });
    return jsonBody;
  };
  const server = await startHttpServer((request, response) => {
    const { url = "", method = "", headers } = request;
    void buffer(request)
      .then((body) => answer(url, method, headers["content-type"] ?? "", body))
      .catch(() => JSON.stringify(SERVICE_DOWN))
      .then((json) => response.writeHead(200, { "content-type": "application/json" }).end(json));
  });
  return {
    prepareUrl: `${server.url}${PREPARE_PATH}`,
    completeUrl: `${server.url}${COMPLETE_PATH}`,
    stop: server.stop,
  };
}
