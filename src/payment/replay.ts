import { type Attempt, isAnotherDebit } from "./attempt.ts";

/**
 * Click's hash has no separators (click-protocol.md 1.4): `72` + `500.00` is signed like `7` + `2500.00`. Who reads a callback can divide its
 * text anew and replay it without the secret. The click_trans_id in front cannot move, for the service and the key stand behind it: so one
 * click_trans_id serves one reference.
 */

/**
 * Whether a Prepare replays a text that was signed for another reference. `siblings`: the attempts of its click_trans_id under other
 * references.
 */
export function isReplay(reference: string, siblings: readonly Attempt[]): boolean {
  return siblings.some((sibling) => !isUnknownReference(sibling) || isPrefix(reference, sibling.merchantTransId));
}

/** Click's Postman collection asks about an order that nobody has, and then about a real one under the same click_trans_id. */
function isUnknownReference({ state, paymentId }: Attempt): boolean {
  return state === "REFUSED" && paymentId === undefined;
}

/** Of two divisions of one text, one reference is always the beginning of the other. */
function isPrefix(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/**
 * The attempt that a Complete is about: the one of its own click_trans_id. Click's certification tool sends a new click_trans_id with every
 * request, so one that serves no other attempt may name an attempt by its prepare id.
 * @param ofTransId the attempts that this click_trans_id prepared or completed, under whatever reference
 */
export function boundAttempt(
  named: Attempt | undefined,
  event: { readonly clickTransId: string; readonly clickPaydocId: string | undefined },
  ofTransId: readonly Attempt[],
): Attempt | undefined {
  if (named === undefined || named.clickTransId === event.clickTransId) return named;
  const servesAnother = ofTransId.some(({ id }) => id !== named.id);
  return servesAnother || isAnotherDebit(named, event) ? undefined : named;
}
