import { existsSync, readFileSync } from "node:fs";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Counts the test cases of a JUnit report, as vitest and PHPUnit write it. A suite that left no report, or ended with an error while its
 * report shows none, counts one failure more: silence is no success. Skipped tests are neither.
 */
export function readJunit(file: string, exitCode: number): Counts {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const counts = countCases(readFileSync(file, "utf8"));
  const isUnexplained = counts.failed === 0 && (exitCode !== 0 || counts.passed === 0);
  return isUnexplained ? { ...counts, failed: 1 } : counts;
}

const CASE = /<testcase\b[^>]*?(\/>|>(.*?)<\/testcase>)/gs;

function countCases(xml: string): Counts {
  let passed = 0;
  let failed = 0;
  for (const [, , body = ""] of xml.matchAll(CASE)) {
    if (/<(failure|error)\b/.test(body)) failed += 1;
    else if (!/<skipped\b/.test(body)) passed += 1;
  }
  return { passed, failed };
}

export function summed(results: readonly Counts[]): Counts {
  return results.reduce((sum, one) => ({ passed: sum.passed + one.passed, failed: sum.failed + one.failed }), {
    passed: 0,
    failed: 0,
  });
}

/** The last line of a run, for people and for CI. */
export function summaryLine({ passed, failed }: Counts): string {
  return `${passed} passed, ${failed} failed`;
}
