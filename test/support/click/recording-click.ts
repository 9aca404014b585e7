import { onTestFinished } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";

/** A request as its bytes came. */
export interface Recorded {
  readonly requestLine: string;
  readonly auth: string | undefined;
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
  readonly body: string;
}

export interface RecordingClick {
  readonly url: string;
  readonly requests: readonly Recorded[];
}

/** A Click that notes every byte that matters and gives one answer to everything. */
export async function recordingClick(reply: object | string): Promise<RecordingClick> {
  const requests: Recorded[] = [];
  const server = await startHttpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { headers } = request;
    requests.push({
      requestLine: `${request.method} ${request.url}`,
      auth: headers["auth"] as string | undefined,
      contentType: headers["content-type"],
      accept: headers.accept,
      body: Buffer.concat(chunks).toString("utf8"),
    });
    response.writeHead(200, { "content-type": "application/json" });
    response.end(typeof reply === "string" ? reply : JSON.stringify(reply));
  });
  onTestFinished(() => server.stop());
  return { url: `${server.url}/v2/merchant/`, requests };
}
