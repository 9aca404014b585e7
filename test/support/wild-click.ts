import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface WildClick {
  readonly url: string;
  /** `METHOD path` of what came. */
  readonly asked: string[];
}

/** A Click that answers in its own way, the n-th call in the n-th, and the last for ever. */
export async function wildClick(...answers: readonly Answer[]): Promise<WildClick> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(`${request.method} ${request.url}`);
    request.resume().on("end", () => answer?.(response, request));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/merchant`, asked };
}

export const says =
  (body: object | string, httpStatus = 200): Answer =>
  (response) =>
    response.writeHead(httpStatus).end(typeof body === "string" ? body : JSON.stringify(body));
export const silent: Answer = () => {};
export const cut: Answer = (_, request) => request.socket.destroy();
export const half: Answer = (response) => {
  response.writeHead(200, { "content-length": 100 }).write('{"error_code":0,');
  response.socket?.destroy();
};
