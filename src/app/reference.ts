import type { ReferenceKind } from "./ports.ts";

/** What a merchant_trans_id names: an order (or one of its payments) by its number, or a payment by its id. */
export interface Reference {
  readonly kind: ReferenceKind;
  readonly text: string;
}
