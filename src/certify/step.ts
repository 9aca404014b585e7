/** Which of Click's two published suites: the old Windows tool, or the Postman collection of the present documentation. */
export const SUITE_NAMES = ["tool", "postman"] as const;
export type SuiteName = (typeof SUITE_NAMES)[number];

/**
 * The steps that share one payment. `pay` ends paid, `bind` ends paid (its point is an unknown prepare id), `cancel` ends cancelled, so that
 * its order stays payable.
 */
export const BLOCK_NAMES = ["pay", "bind", "cancel"] as const;
export type BlockName = (typeof BLOCK_NAMES)[number];

/** One step: a call, what is wrong with it on purpose, and the `error` that the shop must answer. */
export interface Step {
  readonly number: number;
  readonly title: string;
  readonly call: "Prepare" | "Complete";
  readonly expected: number;
  readonly badSignature?: true;
  readonly wrongAmount?: true;
  readonly unknownOrder?: true;
  readonly unknownPrepareId?: true;
  /** Click's own negative code. */
  readonly error?: number;
}

export interface Suite {
  readonly name: SuiteName;
  readonly title: string;
  /** One click_trans_id for all requests of a payment (Postman's variable), or a new one in every request (the tool). */
  readonly keepsClickTransId: boolean;
  /** One click_paydoc_id for the whole suite, or one a payment. */
  readonly keepsClickPaydocId: boolean;
  /** The tool sends an empty merchant_prepare_id in its Prepares. */
  readonly emptyPrepareIdInPrepare: boolean;
  readonly errorNote: string;
  readonly steps: Readonly<Record<BlockName, readonly Step[]>>;
}
