import type { Http2Server, IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { type Server, status } from "@grpc/grpc-js";
import type { Failure } from "../../payment/failure.ts";
import { messageBytesMax } from "./message-size.ts";
import { statusOf } from "./status.ts";

const STATUS = "grpc-status";
const MESSAGE = "grpc-message";
const DETAILS = "grpc-status-details-bin";

/** The path comes from anybody and has any length; headers have a limit. */
const PATH_CHARACTERS_MAX = 200;

/**
 * Error texts of the library for an unreadable request: unknown compression, invalid grpc-timeout, damaged bytes. Compared as they are sent:
 * the library does not encode every text, so decoding one with a stranger's path in it could throw.
 */
const UNREADABLE =
  /^(Received%20message%20compressed|Failed%20to%20decompress|Invalid%20grpc-timeout|Error%20deserializing)/;

/**
 * Adds our error details to errors that the library itself answers. Interceptors and handlers do not see them, so this works where all of
 * them pass: at the headers and trailers of the HTTP/2 stream.
 */
export function explainLibraryErrors(server: Server): void {
  const watch = (stream: ServerHttp2Stream, request: IncomingHttpHeaders) => {
    const [respond, sendTrailers] = [stream.respond, stream.sendTrailers];
    const explained = (headers: OutgoingHttpHeaders | undefined) =>
      headers === undefined ? undefined : withDetails(headers, request[":path"] ?? "");
    stream.respond = (headers, options) => respond.call(stream, explained(headers as OutgoingHttpHeaders), options);
    stream.sendTrailers = (trailers) => sendTrailers.call(stream, explained(trailers) ?? trailers);
  };
  // The library has no public access to them. Registered before its own listener, which may answer at once.
  const { http2Servers } = server as unknown as { readonly http2Servers: ReadonlyMap<Http2Server, unknown> };
  for (const http2Server of http2Servers.keys()) http2Server.prependListener("stream", watch);
}

function withDetails(headers: OutgoingHttpHeaders, path: string): OutgoingHttpHeaders {
  const code = Number(headers[STATUS] ?? status.OK);
  if (code === status.OK || headers[DETAILS] !== undefined) return headers;
  const failure = failureOf(code, String(headers[MESSAGE]), path);
  if (failure === undefined) return headers;
  const { code: ours, details, metadata } = statusOf(failure);
  return { ...headers, ...metadata.toHttp2Headers(), [STATUS]: ours, [MESSAGE]: encodeURI(details) };
}

/** Undefined for services with their own contract: health answers NOT_FOUND for an unknown service. */
function failureOf(code: number, message: string, path: string): Failure | undefined {
  if (UNREADABLE.test(message)) return { reason: "REQUEST_UNREADABLE" };
  switch (code) {
    case status.UNIMPLEMENTED:
      return { reason: "METHOD_UNKNOWN", method: path.slice(0, PATH_CHARACTERS_MAX) };
    case status.DEADLINE_EXCEEDED:
      return { reason: "DEADLINE_EXCEEDED" };
    case status.RESOURCE_EXHAUSTED:
      return { reason: "MESSAGE_TOO_LARGE", bytesMax: messageBytesMax(path) };
    default:
      return undefined;
  }
}
