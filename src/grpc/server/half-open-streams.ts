import { constants, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Server } from "@grpc/grpc-js";
import { OPEN_TO_ALL } from "./admission.ts";

/** Streams of strangers that are kept while their peer has not ended its half: an honest one does so at once. */
const HALF_OPEN_MAX = 1_000;

/**
 * A peer that does not end its half of a stream keeps it in our memory, answered or not. Of the streams that were refused by their headers
 * (no token, no such method, not gRPC), and of those that need no token, only so many may be half open: one more closes the oldest. Not
 * each at once: curl loses an answer that is followed by a reset.
 */
export function limitHalfOpenStreams(server: Server): void {
  const halfOpen = new Set<ServerHttp2Stream>();
  const look = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number) => {
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0) return;
    const isOpenToAll = OPEN_TO_ALL.test(headers[":path"] ?? "");
    // Refused, and answered: at once, or after a short wait for the message. Whoever is let in has ended its half before its answer.
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
  // The library does not hand them out.
  const { http2Servers } = server as unknown as { readonly http2Servers: ReadonlyMap<Http2Server, unknown> };
  for (const http2Server of http2Servers.keys()) http2Server.on("stream", look);
}
