import type { SuiteName } from "./step.ts";

export type Verdict = "pass" | "fail" | "not judged";

export interface StepReport {
  readonly suite: SuiteName;
  readonly step: number;
  readonly title: string;
  readonly call: "Prepare" | "Complete";
  /** The fields by their wire names, without the signature; null when nothing was sent. */
  readonly sent: Readonly<Record<string, string>> | null;
  readonly signature: "good" | "bad";
  readonly expected: number;
  readonly got: string;
  readonly verdict: Verdict;
  /** Why it failed or was not judged; with a pass, what is odd all the same. */
  readonly reason: string | null;
}

export interface CertificationReport {
  /** True only when every step passed. */
  readonly passed: boolean;
  readonly counts: { readonly passed: number; readonly failed: number; readonly notJudged: number };
  readonly prepareUrl: string;
  readonly completeUrl: string;
  readonly serviceId: string;
  readonly steps: readonly StepReport[];
}
