import { constants, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Server } from "@grpc/grpc-js";
import { OPEN_TO_ALL } from "./admission.ts";

/** Limit of half-open streams without token; a normal peer ends its half at once. */
const HALF_OPEN_MAX = 1_000;

/**
 * A peer that does not end its half of a stream keeps it in our memory, even after the answer. Limits the half-open streams that were
 * refused by their headers (no token, no such method, not gRPC) or need no token: one more closes the oldest. They are not closed at once,
 * because curl loses an answer that is followed by a reset.
 */
export function limitHalfOpenStreams(server: Server): void {
  const halfOpen = new Set<ServerHttp2Stream>();
  const look = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number) => {
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0) return;
    const isOpenToAll = OPEN_TO_ALL.test(headers[":path"] ?? "");
    // Refused and answered, at once or after a short wait for the message. An admitted caller has ended its half before its answer.
    if (!stream.headersSent && !isOpenToAll) stream.once("finish", () => keep(stream));
    else keep(stream);
  };
  const keep = (stream: ServerHttp2Stream) => {
    if (stream.readableEnded || stream.closed) return;
    const forget = () => halfOpen.delete(stream);
    stream.once("end", forget).once("close", forget);
    halfOpen.add(stream);
    const [oldest] = halfOpen;
    if (halfOpen.size <= HALF_OPEN_MAX || oldest === undefined) return;
    halfOpen.delete(oldest);
    oldest.close(oldest.headersSent ? constants.NGHTTP2_NO_ERROR : constants.NGHTTP2_ENHANCE_YOUR_CALM);
  };
  // The library has no public access to them.
  const { http2Servers } = server as unknown as { readonly http2Servers: ReadonlyMap<Http2Server, unknown> };
  for (const http2Server of http2Servers.keys()) http2Server.on("stream", look);
}
