import type { CertificationReport, StepReport } from "./report.ts";
import { SUITES } from "./suites.ts";

const HEAD = ["#", "step", "sent", "expected", "got", "verdict"] as const;
const REASON_INDENT = "       ";
/** What a terminal shows without wrapping. Only an order's own long number can make a line longer. */
const LINE_CHARACTERS_MAX = 120;

/** Writes the report as tables for people, one line a call of `write`. */
export function printReport(
  report: CertificationReport,
  write: (line: string) => void = (line) => console.log(line),
): void {
  const suites = [...new Set(report.steps.map((step) => step.suite))];
  for (const suite of suites) {
    const steps = report.steps.filter((step) => step.suite === suite);
    write(`${SUITES[suite].title}, ${steps.length} steps`);
    printTable(steps, write);
    write("");
  }
  const { passed, failed, notJudged } = report.counts;
  write(`${passed} passed, ${failed} failed${notJudged === 0 ? "" : `, ${notJudged} not judged`}`);
}

function printTable(steps: readonly StepReport[], write: (line: string) => void): void {
  const rows = steps.map((step) => [
    String(step.step),
    step.title,
    sentText(step),
    String(step.expected),
    step.got,
    step.verdict,
  ]);
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `  ${cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd()}`;
  write(line(HEAD));
  steps.forEach((step, i) => {
    write(line(rows[i] ?? []));
    for (const text of wrapped(step.reason ?? "")) write(REASON_INDENT + text);
  });
}

/** Wraps a text between its parts. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const each of text.split(" ").filter((part) => part !== "")) {
    const longer = `${lines.at(-1) ?? ""} ${each}`;
    if (lines.length > 0 && REASON_INDENT.length + longer.length <= LINE_CHARACTERS_MAX) lines.splice(-1, 1, longer);
    else lines.push(each);
  }
  return lines;
}

function sentText({ call, sent, signature }: StepReport): string {
  if (sent === null) return "nothing";
  const prepareId = sent["merchant_prepare_id"];
  return [
    // As --order writes it.
    `${call} ${sent["merchant_trans_id"]}:${sent["amount"]}`,
    prepareId ? `prepare id ${prepareId}` : undefined,
    sent["error"] === "0" ? undefined : `error ${sent["error"]}`,
    signature === "bad" ? "bad signature" : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(", ");
}
