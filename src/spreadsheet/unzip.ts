import { setImmediate as nextTurn } from "node:timers/promises";
import { Unzip, UnzipInflate } from "fflate";
import { refuseFile } from "./refuse-file.ts";

/** Deflate makes a thousand bytes of one at most, so that a piece cannot fill the memory before it is counted. */
const PIECE_BYTES = 8 * 1024;
const PIECES_A_TURN = 8;
/** Of one part of the file. */
const UNPACKED_BYTES_MAX = 128 * 1024 * 1024;
const PARTS_MAX = 200;

/** One part of a ZIP, unpacked piece by piece; nothing when there is none of that name. The others are not unpacked. */
export async function* unzipPart(file: Uint8Array, name: string): AsyncGenerator<Uint8Array> {
  let [isFound, isOver, unpackedBytes, parts] = [false, false, 0, 0];
  let pieces: Uint8Array[] = [];
  const unzip = new Unzip((part) => {
    parts += 1;
    if (parts > PARTS_MAX) refuseFile("file", `an XLSX file may have ${PARTS_MAX} parts`);
    if (part.name !== name || isFound) return;
    isFound = true;
    part.ondata = (error, piece, isLast) => {
      if (error !== null) throw error;
      unpackedBytes += piece.length;
      if (unpackedBytes > UNPACKED_BYTES_MAX)
        refuseFile("file", `a part of it may have ${UNPACKED_BYTES_MAX / 1024 / 1024} MiB when it is unpacked`);
      isOver = isLast;
      pieces.push(piece);
    };
    part.start();
  });
  unzip.register(UnzipInflate);
  for (let at = 0; at < file.length && !isOver; at += PIECE_BYTES) {
    push(unzip, file.subarray(at, at + PIECE_BYTES), at + PIECE_BYTES >= file.length);
    yield* pieces;
    pieces = [];
    // The calls of others get their turn.
    if ((at / PIECE_BYTES) % PIECES_A_TURN === 0) await nextTurn();
  }
  if (isFound && !isOver) refuseFile("file", "must be whole: a part of it ends too early");
}

/** What the library throws has a code of its own; a refusal of ours comes through it as it is. */
function push(unzip: Unzip, piece: Uint8Array, isLast: boolean): void {
  try {
    unzip.push(piece, isLast);
  } catch (error) {
    if (error instanceof Error && "code" in error) refuseFile("file", `must be an XLSX file: ${error.message}`);
    throw error;
  }
}
