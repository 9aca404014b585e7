/** One callback and its result. The signature is not kept. */
export interface CallRecord {
  readonly call: "Prepare" | "Complete";
  readonly at: Date;
  readonly durationMs: number;
  readonly sent: Readonly<Record<string, string>>;
  readonly result: CallResult;
}

export type CallResult =
  | {
      readonly kind: "answer";
      readonly error: number;
      readonly errorNote: string | undefined;
      /** `merchant_prepare_id` of the answer, as text. */
      readonly prepareId: string | undefined;
      /** The body, cut when it is long. */
      readonly body: string;
    }
  /** Dropped unread on purpose. */
  | { readonly kind: "dropped" }
  /** Nothing readable: no connection, a timeout, an HTTP status other than 200, no JSON. */
  | { readonly kind: "no answer"; readonly reason: string; readonly body?: string };

/** `-5 User does not exist`: the result of a call in one line. */
export function resultText(result: CallResult): string {
  switch (result.kind) {
    case "answer":
      return `${result.error} ${result.errorNote ?? ""}`.trim();
    case "dropped":
      return "the answer was dropped on purpose";
    case "no answer":
      return result.reason;
    default:
      return result satisfies never;
  }
}
