import type { ServerInterceptingCallInterface } from "@grpc/grpc-js";

/** Our messages are tiny; the largest is a receipt with hundreds of goods and their marking codes. */
export const MESSAGE_BYTES_MAX = 512 * 1024;
/** A file of 16 MiB, and what stands around it. */
const STATEMENT_BYTES_MAX = 16 * 1024 * 1024 + 64 * 1024;

const LARGER: Readonly<Record<string, number>> = {
  "/clickbridge.v1.LedgerService/MatchStatement": STATEMENT_BYTES_MAX,
};

export function messageBytesMax(path: string): number {
  return LARGER[path] ?? MESSAGE_BYTES_MAX;
}

/**
 * Takes a larger message where the RPC has one. The library has one size for all RPCs of a server; should a version of it keep the size
 * elsewhere, the usual one stays.
 */
export function allowMessageOf(path: string, call: ServerInterceptingCallInterface): void {
  const bytesMax = LARGER[path];
  const { decoder } = call as unknown as { readonly decoder?: { maxReadMessageLength?: number } };
  if (bytesMax !== undefined && decoder?.maxReadMessageLength !== undefined) decoder.maxReadMessageLength = bytesMax;
}
