import { connect, type IncomingHttpHeaders } from "node:http2";
import { Metadata, type ServiceError } from "@grpc/grpc-js";
import { readFailure, type SeenFailure } from "./failure.ts";

const FRAME_HEAD_BYTES = 5;

/** The bytes of a message as a gRPC call carries them. */
export function frame(message: Uint8Array, { compressed = false, lengthBytes = message.length } = {}): Buffer {
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUInt8(compressed ? 1 : 0, 0);
  head.writeUInt32BE(lengthBytes, 1);
  return Buffer.concat([head, message]);
}

/** A call below any client library, which has a clock and checks of its own; and what the server answered to it. */
export async function rawCall(
  address: string,
  path: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<SeenFailure> {
  const session = connect(`http://${address}`);
  try {
    const answered = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
      const stream = session.request({
        ":method": "POST",
        ":path": path,
        "content-type": "application/grpc",
        te: "trailers",
        ...headers,
      });
      session.on("error", reject);
      stream.on("error", reject);
      const keep = (answer: IncomingHttpHeaders) => answer["grpc-status"] !== undefined && resolve(answer);
      stream.on("response", keep).on("trailers", keep).resume();
      stream.end(body);
    });
    const metadata = Metadata.fromHttp2Headers(answered);
    const details = decodeURI(String(answered["grpc-message"]));
    return readFailure({ code: Number(answered["grpc-status"]), details, metadata } as ServiceError);
  } finally {
    session.close();
  }
}
