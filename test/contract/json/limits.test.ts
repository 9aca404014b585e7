import { once } from "node:events";
import type { RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type JsonLimits, listenJson } from "../../../src/json/listener.ts";
import { logOfTest } from "../../support/service/log-of-test.ts";

/** Callers that are slow, or too many. Each limit is tried alone, short; nothing is asserted about time. */

const AMPLE: JsonLimits = {
  connectionsMax: 10,
  headersBytesMax: 16 * 1024,
  handshakeTimeoutMs: 60_000,
  headersTimeoutMs: 60_000,
  requestTimeoutMs: 60_000,
  checkIntervalMs: 10,
  idleMsMax: 60_000,
  silentMsMax: 60_000,
};
const SHORT_MS = 20;
const ANSWER_BYTES = 64 * 1024 * 1024;

const answerShortly: RequestListener = (request, response) => {
  request.resume().once("end", () => response.end("{}"));
};

async function serve(limits: Partial<JsonLimits>, handle = answerShortly) {
  const { log } = logOfTest();
  const options = { tls: undefined, log, limits: { ...AMPLE, ...limits } };
  const listener = await listenJson({ kind: "tcp", host: "127.0.0.1", port: 0 }, options, handle);
  onTestFinished(() => listener.stop(Promise.resolve()));
  return async (): Promise<Socket> => {
    const socket = connect(Number(new URL(listener.address).port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    await once(socket, "connect");
    return socket;
  };
}

/** All that came until the connection ended. */
async function heard(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(socket, "close");
  return Buffer.concat(chunks).toString("utf8");
}

test("a caller that does not end its headers is told, and its connection closed", async () => {
  const open = await serve({ headersTimeoutMs: SHORT_MS });
  const socket = await open();

  socket.write("POST / HTTP/1.1\r\nHost: x\r\n");

  expect(await heard(socket)).toMatch(/^HTTP\/1.1 408 /);
});

test("a caller that does not end its request is told, and its connection closed", async () => {
  const open = await serve({ headersTimeoutMs: SHORT_MS, requestTimeoutMs: SHORT_MS });
  const socket = await open();

  socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");

  expect(await heard(socket)).toMatch(/^HTTP\/1.1 408 /);
});

test("a connection without a call is closed after a while", async () => {
  const open = await serve({ idleMsMax: SHORT_MS });
  const socket = await open();

  socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");

  expect(await heard(socket)).toMatch(/^HTTP\/1.1 200 [\s\S]*\{\}$/);
});

test("a caller that does not fetch its answer is cut off", async () => {
  const cut = new Promise<void>((resolve) => {
    void serve({ silentMsMax: SHORT_MS }, (_, response) => {
      response.once("close", resolve);
      response.end(Buffer.alloc(ANSWER_BYTES));
    }).then(async (open) => {
      const socket = await open();
      socket.pause();
      socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    });
  });

  await expect(cut).resolves.toBeUndefined();
});

test("one connection too many is closed at once, and the others are served", async () => {
  const open = await serve({ connectionsMax: 1 });
  const first = await open();
  const second = await open();

  expect(await heard(second)).toBe("");
  first.write("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");
  expect(await heard(first)).toMatch(/^HTTP\/1.1 200 /);
});
