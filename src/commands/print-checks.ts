import type { CheckStatus, SetupCheck } from "../app/setup/setup-check.ts";

const HEAD = ["status", "check", "found"] as const;
const GAP = "  ";
const REMEDY_MARK = "→ ";
const TRY = "try a purchase on the stand-in:";
/** Width of a terminal without wrapping. */
const LINE_CHARACTERS_MAX = 120;
/** A longer name, such as the path of a socket, gets its own line. */
const NAME_CHARACTERS_MAX = 36;
const COUNTED: readonly CheckStatus[] = ["OK", "WARNING", "FAULT", "UNKNOWN"];

/** Writes the checks as a table, each followed by its remedy, with one call of `write` per line. */
export function printChecks(
  checks: readonly SetupCheck[],
  write: (line: string) => void = (line) => console.log(line),
): void {
  const nameWidth = Math.min(NAME_CHARACTERS_MAX, Math.max(...checks.map((check) => nameOf(check).length)));
  const statusWidth = Math.max(...COUNTED.map((status) => status.length));
  const start = (status: string, name: string) => status.padEnd(statusWidth) + GAP + name.padEnd(nameWidth) + GAP;
  const indent = start("", "");
  write(start(HEAD[0], HEAD[1]) + HEAD[2]);
  for (const check of checks) {
    const remedies = [check.remedy, check.link === undefined ? "" : `${TRY} ${check.link}`].filter(
      (text) => text !== "",
    );
    const texts = [check.message, ...remedies.map((text) => REMEDY_MARK + text)];
    const lines = texts.flatMap((text) => wrapped(text, LINE_CHARACTERS_MAX - indent.length));
    const first = start(check.status, nameOf(check));
    const [beside = "", ...below] = first.length > indent.length ? ["", ...lines] : lines;
    write((first + beside).trimEnd());
    for (const line of below) write(indent + line);
  }
  write("");
  write(COUNTED.map((status) => `${checks.filter((c) => c.status === status).length} ${status}`).join(", "));
}

function nameOf({ id, subject }: SetupCheck): string {
  return subject === "" ? id : `${id} (${subject})`;
}

/** Wraps a text between its parts. */
function wrapped(text: string, charactersMax: number): string[] {
  const lines: string[] = [];
  for (const part of text.split(" ").filter((each) => each !== "")) {
    const longer = `${lines.at(-1) ?? ""} ${part}`;
    if (lines.length > 0 && longer.length <= charactersMax) lines.splice(-1, 1, longer);
    else lines.push(part);
  }
  return lines;
}
