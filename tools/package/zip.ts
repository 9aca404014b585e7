import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  /** With slashes, and only letters that every unpacker knows. */
  readonly name: string;
  readonly bytes: Buffer;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_CENTRAL = 0x06054b50;
const VERSION_NEEDED = 20;
/** Made on Unix, so that the attributes are a mode. */
const VERSION_MADE_BY = (3 << 8) | VERSION_NEEDED;
const DEFLATED = 8;
const LEVEL = 9;
const MODE = 0o100644;

/** The entries in the order of their names, all of one time: the same files give the same bytes, on any machine and day. */
export function zipOf(entries: readonly ZipEntry[], time: Date): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const sorted = [...entries].sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const { name, bytes } of sorted) {
    const compressed = deflateRawSync(bytes, { level: LEVEL });
    const shared = sharedHeader({ name, time, crc: crc32(bytes), size: bytes.length, compressed: compressed.length });
    const local = Buffer.concat([uint32(LOCAL_HEADER), shared, Buffer.from(name), compressed]);
    directory.push(
      Buffer.concat([uint32(CENTRAL_HEADER), uint16(VERSION_MADE_BY), shared, centralTail(offset), Buffer.from(name)]),
    );
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const counts = [uint16(0), uint16(0), uint16(sorted.length), uint16(sorted.length)];
  const end = Buffer.concat([uint32(END_OF_CENTRAL), ...counts, uint32(central.length), uint32(offset), uint16(0)]);
  return Buffer.concat([...parts, central, end]);
}

/** From the version that is needed to the length of the extra field: what both headers of an entry say. */
function sharedHeader(entry: {
  readonly name: string;
  readonly time: Date;
  readonly crc: number;
  readonly size: number;
  readonly compressed: number;
}): Buffer {
  const { name, time, crc, size, compressed } = entry;
  const words = [VERSION_NEEDED, 0, DEFLATED, dosTime(time), dosDate(time)].map(uint16);
  const lengths = [uint16(Buffer.byteLength(name)), uint16(0)];
  return Buffer.concat([...words, uint32(crc), uint32(compressed), uint32(size), ...lengths]);
}

/** Of the central header: no comment, disk 0, no internal attributes, the mode, where the local header is. */
function centralTail(offset: number): Buffer {
  return Buffer.concat([uint16(0), uint16(0), uint16(0), uint32((MODE << 16) >>> 0), uint32(offset)]);
}

function dosTime(time: Date): number {
  return (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
}

function dosDate(time: Date): number {
  return ((time.getUTCFullYear() - 1980) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
