import { createHash } from "node:crypto";
import { FailureError, fail } from "../../payment/failure.ts";

/** One request of one caller. Request ids are kept per caller and RPC: callers do not know of each other. */
export interface RequestKey {
  readonly caller: string;
  readonly requestId: string;
  readonly requestHash: Buffer;
}

/** What was asked of Click, in our tables. */
export interface Stored<T> {
  readonly request: T;
  readonly requestHash: Buffer;
}

export interface Mutation<T extends { readonly state: string }, Ready> {
  readonly key: RequestKey;
  find(): Promise<Stored<T> | undefined>;
  /** Stores it in the state STORED, or finds what another call with the same key stored a moment ago. */
  store(): Promise<Stored<T>>;
  /** What sending needs, found before the claim: what fails here is not sent, and stays STORED for the next try. */
  ready(stored: T): Promise<Ready>;
  /** STORED → SENDING; false when somebody else did it. */
  claim(stored: T): Promise<boolean>;
  /** Asks Click, and notes what it said. */
  send(stored: T, ready: Ready): Promise<T>;
}

/**
 * A request that changes something at Click: stored before it is sent, claimed for sending by one compare-and-set, so Click is asked
 * once, however often and from wherever the same request comes. A process that dies in between leaves it to reconciliation.
 * Fails with REQUEST_ID_REUSED when the id came with other fields before.
 */
export async function sendOnce<T extends { readonly state: string }, Ready>(mutation: Mutation<T, Ready>): Promise<T> {
  const { requestId, requestHash } = mutation.key;
  const stored = (await mutation.find()) ?? (await orFound(mutation, () => mutation.store(), isThere));
  if (!stored.requestHash.equals(requestHash)) fail({ reason: "REQUEST_ID_REUSED", requestId });
  const { request } = stored;
  if (request.state !== "STORED") return request;
  // Stored by a process that died before it could send, or just now by us.
  const ready = await orFound(mutation, async () => ({ ready: await mutation.ready(request) }), isSent);
  if ("request" in ready) return ready.request;
  if (await mutation.claim(request)) return mutation.send(request, ready.ready);
  return (await mutation.find())?.request ?? request;
}

const isThere = () => true;
const isSent = ({ request }: Stored<{ readonly state: string }>) => request.state !== "STORED";

/** What a repeat that overtook us has done already may be the very reason for which we cannot do it: then its answer is ours. */
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

/** A request id of our own for what only happens once: a UUID made of its name. */
export function requestIdNamed(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

/**
 * Named fields only, in a fixed order: what makes two requests the same request. Never card data, and never who asks: a repeat by another
 * person is a repeat.
 */
export function hashOf(fields: Readonly<Record<string, string | number | boolean>>): Buffer {
  return createHash("sha256").update(JSON.stringify(fields)).digest();
}
