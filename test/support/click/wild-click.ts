import type { IncomingMessage, ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface WildClick {
  readonly url: string;
  /** `METHOD path` of what came. */
  readonly asked: string[];
}

/** A Click that answers in its own way, the n-th call in the n-th, and the last for ever. */
export async function wildClick(...answers: readonly Answer[]): Promise<WildClick> {
  const asked: string[] = [];
  const server = await startHttpServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(`${request.method} ${request.url}`);
    request.resume().on("end", () => answer?.(response, request));
  });
  onTestFinished(() => server.stop());
  return { url: `${server.url}/v2/merchant`, asked };
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
