/** One callback: what was sent and what came of it. The signature is not kept. */
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
      /** As it came, cut when it is long. */
      readonly body: string;
    }
  /** Thrown away unread, on purpose. */
  | { readonly kind: "dropped" }
  /** Nothing that Click could read: no connection, a time-out, an HTTP status that is not 200, no JSON. */
  | { readonly kind: "no answer"; readonly reason: string; readonly body?: string };

/** `-5 User does not exist`: what came of a call, for one line. */
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
