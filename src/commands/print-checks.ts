import type { CheckStatus, SetupCheck } from "../app/setup/setup-check.ts";

const HEAD = ["check", "status", "found"] as const;
const REMEDY_INDENT = "    ";
/** What a terminal shows without wrapping. */
const LINE_CHARACTERS_MAX = 120;
const COUNTED: readonly CheckStatus[] = ["OK", "WARNING", "FAULT", "UNKNOWN"];

/** Writes the checks as a table for people, each with what to do below it, one line a call of `write`. */
export function printChecks(
  checks: readonly SetupCheck[],
  write: (line: string) => void = (line) => console.log(line),
): void {
  const name = ({ id, subject }: SetupCheck) => (subject === "" ? id : `${id} (${subject})`);
  const nameWidth = Math.max(HEAD[0].length, ...checks.map((check) => name(check).length));
  const statusWidth = Math.max(...COUNTED.map((status) => status.length));
  const start = (first: string, second: string) => `${first.padEnd(nameWidth)}  ${second.padEnd(statusWidth)}  `;
  write(`${start(HEAD[0], HEAD[1])}${HEAD[2]}`);
  for (const check of checks) {
    const indent = " ".repeat(start("", "").length);
    const [first = "", ...rest] = wrapped(check.message, LINE_CHARACTERS_MAX - indent.length);
    write(`${start(name(check), check.status)}${first}`.trimEnd());
    for (const line of rest) write(indent + line);
    const room = LINE_CHARACTERS_MAX - indent.length - REMEDY_INDENT.length;
    for (const line of wrapped(check.remedy === "" ? "" : `→ ${check.remedy}`, room))
      write(indent + REMEDY_INDENT + line);
  }
  write("");
  write(COUNTED.map((status) => `${checks.filter((c) => c.status === status).length} ${status}`).join(", "));
}

/** Lines of whole words. */
function wrapped(text: string, charactersMax: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter((part) => part !== "")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && longer.length <= charactersMax) lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  return lines;
}
