/**
 * Requests to Click (an invoice, a refund, a charge, receipt data), as far as all kinds are alike:
 * ```
 *  STORED ─▶ SENDING ─▶ the result that Click returned | UNKNOWN
 * ```
 * Stored before it is sent and never sent again. Each kind has its own other states.
 */
export interface OutboxRequest {
  readonly id: number;
  readonly state: string;
}

/** How long a request may stay in a state. After that its process has died, or the result will not become known. */
export interface Overdue<T extends OutboxRequest> {
  readonly state: T["state"];
  readonly afterSeconds: number;
  readonly becomes: Partial<T>;
}

/** Far above every timeout of a call to Click: it is no longer being sent, and its result is unknown. */
export const SENDING_SECONDS_MAX = 2 * 60;
/** After this a caller has given up a request that was not sent. */
export const STORED_SECONDS_MAX = 10 * 60;

/** A request after Click's reply. Only a request in SENDING is settled; an ended one is not changed. */
export function settledOnce<T extends OutboxRequest>(request: T, settled: (sending: T) => T): T | undefined {
  return request.state === "SENDING" ? settled(request) : undefined;
}

/** The result of a request that stayed too long in the state `seen`; undefined when it moved meanwhile. */
export function expired<T extends OutboxRequest>(
  request: T,
  seen: T["state"],
  life: readonly Overdue<T>[],
): T | undefined {
  const overdue = request.state === seen ? life.find(({ state }) => state === seen) : undefined;
  return overdue === undefined ? undefined : { ...request, ...overdue.becomes };
}
