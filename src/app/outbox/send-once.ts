import { createHash } from "node:crypto";
import { FailureError, fail } from "../../payment/failure.ts";

/** The idempotency key: request ids are separate for each caller and RPC. */
export interface RequestKey {
  readonly caller: string;
  readonly requestId: string;
  readonly requestHash: Buffer;
}

/** The stored request to Click. */
export interface Stored<T> {
  readonly request: T;
  readonly requestHash: Buffer;
}

export interface Mutation<T extends { readonly state: string }, Ready> {
  readonly key: RequestKey;
  find(): Promise<Stored<T> | undefined>;
  /** Stores it as STORED, or finds what a concurrent call with the same key stored. */
  store(): Promise<Stored<T>>;
  /** Prepares the send before the claim: a failure here sends nothing and leaves it STORED for the next try. */
  ready(stored: T): Promise<Ready>;
  /** STORED → SENDING; false when another process claimed it. */
  claim(stored: T): Promise<boolean>;
  /** Sends it to Click and stores the reply. */
  send(stored: T, ready: Ready): Promise<T>;
}

/**
 * A mutation at Click: stored before it is sent and claimed by one compare-and-set, so that Click gets it once, however often and from
 * wherever the same request comes. If the process dies in between, reconciliation ends it.
 * Fails with REQUEST_ID_REUSED when the id came with other fields before.
 */
export async function sendOnce<T extends { readonly state: string }, Ready>(mutation: Mutation<T, Ready>): Promise<T> {
  const { requestId, requestHash } = mutation.key;
  const stored = (await mutation.find()) ?? (await orFound(mutation, () => mutation.store(), isThere));
  if (!stored.requestHash.equals(requestHash)) fail({ reason: "REQUEST_ID_REUSED", requestId });
  const { request } = stored;
  if (request.state !== "STORED") return request;
  // Stored just now by us, or earlier by a process that died before it could send.
  const ready = await orFound(mutation, async () => ({ ready: await mutation.ready(request) }), isSent);
  if ("request" in ready) return ready.request;
  if (await mutation.claim(request)) return mutation.send(request, ready.ready);
  return (await mutation.find())?.request ?? request;
}

const isThere = () => true;
const isSent = ({ request }: Stored<{ readonly state: string }>) => request.state !== "STORED";

/** A concurrent repeat may have done it already and so cause our failure: then its result is returned. */
async function orFound<T extends { readonly state: string }, Result>(
  { find }: Pick<Mutation<T, unknown>, "find">,
  work: () => Promise<Result>,
  counts: (found: Stored<T>) => boolean,
): Promise<Result | Stored<T>> {
  try {
    return await work();
  } catch (error) {
    const found = error instanceof FailureError ? await find() : undefined;
    if (found === undefined || !counts(found)) throw error;
    return found;
  }
}

/** A request id of our own for an action that happens once: a UUID derived from its name. */
export function requestIdNamed(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

/**
 * The fields that make two requests the same, by name and in a fixed order. Without card data, and without the user: a repeat by another
 * user is a repeat.
 */
export function hashOf(fields: Readonly<Record<string, string | number | boolean>>): Buffer {
  return createHash("sha256").update(JSON.stringify(fields)).digest();
}
