import { once } from "node:events";
import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { AnswerCallbackRequest } from "../../src/gen/clickbridge/v1/answer_callback.ts";
import { PrepareRequest, PrepareResponse } from "../../src/gen/clickbridge/v1/callback_service.ts";

/**
 * A peer for the PHP client that answers as it is told by the request itself: `caller_address` names the manner. Bare HTTP/2, because no
 * gRPC library can be made to break the protocol (service-peer.ts is one that keeps it). Prints its address. Ends with the test that
 * started it.
 */
const GRPC = { ":status": 200, "content-type": "application/grpc" };
const OK = { "grpc-status": "0" };

function frame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** What it was asked, in the answer: the token, the deadline, and how many calls this process has seen. */
function answer(token: string, timeout: string, calls: number): Buffer {
  const jsonBody = JSON.stringify({ token, timeout, calls });
  return frame(PrepareResponse.encode({ jsonBody, error: 0, errorNote: "Success", merchantPrepareId: 1 }).finish());
}

/** A well-formed message whose text for Click is this one. The field has one number in all three responses. */
function text(jsonBody: string): Buffer {
  return frame(PrepareResponse.encode({ jsonBody, error: 0, errorNote: "", merchantPrepareId: undefined }).finish());
}

const MANNERS: Readonly<Record<string, (stream: ServerHttp2Stream, good: Buffer) => void>> = {
  ok: (stream, good) => withTrailers(stream, [good], OK),
  verdict: (stream) => withTrailers(stream, [text('{"error":0,"error_note":"Успех"}')], OK),
  no_text: (stream) => withTrailers(stream, [text("")], OK),
  no_json: (stream) => withTrailers(stream, [text("<h1>hello</h1>")], OK),
  error_as_text: (stream) => withTrailers(stream, [text('{"error":"0"}')], OK),
  two_frames: (stream, good) => withTrailers(stream, [good, good], OK),
  half_frame: (stream, good) => withTrailers(stream, [good.subarray(0, good.length - 1)], OK),
  no_body: (stream) => withTrailers(stream, [], OK),
  nonsense: (stream) => withTrailers(stream, [frame(Buffer.from([0x0a, 0xff]))], OK),
  no_trailers: (stream, good) => {
    stream.respond(GRPC);
    stream.end(good);
  },
  http_500: (stream) => {
    stream.respond({ ":status": 500, "content-type": "text/html" });
    stream.end("<h1>500</h1>");
  },
  html: (stream) => {
    stream.respond({ ":status": 200, "content-type": "text/html" });
    stream.end("<h1>hello</h1>");
  },
  refused: (stream) =>
    stream.respond(
      { ...GRPC, "grpc-status": "9", "grpc-message": "%D0%BD%D0%B5%D1%82", "grpc-status-details-bin": details() },
      { endStream: true },
    ),
  slow: () => {
    // Never answers: the client's deadline has to end it.
  },
};

function withTrailers(stream: ServerHttp2Stream, frames: readonly Buffer[], trailers: Record<string, string>): void {
  stream.respond(GRPC, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  stream.end(Buffer.concat(frames));
}

/** google.rpc.Status with one ErrorInfo {reason: LEASE_LOST, domain: clickbridge, metadata: {a: b}}, written by hand. */
function details(): string {
  const field = (number: number, bytes: Buffer) =>
    Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  const entry = Buffer.concat([field(1, Buffer.from("a")), field(2, Buffer.from("b"))]);
  const info = Buffer.concat([
    field(1, Buffer.from("LEASE_LOST")),
    field(2, Buffer.from("clickbridge")),
    field(3, entry),
  ]);
  const any = Buffer.concat([field(1, Buffer.from("type.googleapis.com/google.rpc.ErrorInfo")), field(2, info)]);
  return Buffer.concat([Buffer.from([0x08, 9]), field(3, any)])
    .toString("base64")
    .replace(/=+$/, "");
}

let calls = 0;
const server = createServer();
server.on("stream", (stream, headers) => {
  const chunks: Buffer[] = [];
  stream.on("error", () => {});
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => {
    calls += 1;
    const request = headers[":path"]?.endsWith("/AnswerCallback") ? AnswerCallbackRequest : PrepareRequest;
    const { callerAddress } = request.decode(Buffer.concat(chunks).subarray(5));
    const good = answer(headers.authorization ?? "", String(headers["grpc-timeout"] ?? ""), calls);
    (MANNERS[callerAddress] ?? MANNERS["ok"])?.(stream, good);
  });
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
console.log(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
process.stdin.resume().on("end", () => process.exit());
