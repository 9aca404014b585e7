/**
 * What Click is asked to do (an invoice, a refund, a charge, something about a receipt), as far as all kinds are alike:
 * ```
 *  STORED ─▶ SENDING ─▶ how it ended, as Click said | UNKNOWN
 * ```
 * Stored before it is sent and never sent again. The other states are each kind's own.
 */
export interface OutboxRequest {
  readonly id: number;
  readonly state: string;
}

/** So long a request may stand in a state; then whoever was at work on it has died, or nobody will find out any more. */
export interface Overdue<T extends OutboxRequest> {
  readonly state: T["state"];
  readonly afterSeconds: number;
  readonly becomes: Partial<T>;
}

/** Far above every time-out of a call to Click: nobody is sending it any more, so nobody knows whether Click did it. */
export const SENDING_SECONDS_MAX = 2 * 60;
/** After so long a caller has given up on what was never sent. */
export const STORED_SECONDS_MAX = 10 * 60;

/** A request once Click has spoken. Only what is being sent is settled; what has ended stays as it is. */
export function settledOnce<T extends OutboxRequest>(request: T, settled: (sending: T) => T): T | undefined {
  return request.state === "SENDING" ? settled(request) : undefined;
}

/** What a request that stood too long in the state `seen` becomes; undefined when somebody has moved it meanwhile. */
export function expired<T extends OutboxRequest>(
  request: T,
  seen: T["state"],
  life: readonly Overdue<T>[],
): T | undefined {
  const overdue = request.state === seen ? life.find(({ state }) => state === seen) : undefined;
  return overdue === undefined ? undefined : { ...request, ...overdue.becomes };
}
