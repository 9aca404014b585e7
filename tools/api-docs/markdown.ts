/** Pieces of Markdown as GitHub reads them. */

/** The anchor that a heading gets. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
}

export function linkTo(heading: string, text = heading): string {
  return `[${text}](#${anchorOf(heading)})`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inCell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A cell is one line, and a bar would end it. */
function inCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n\n", "<br>").replaceAll("\n", " ");
}

/** How a comment of the contract goes on: what it promises about repeats and errors stands in paragraphs of its own. */
const OWN_PARAGRAPH = /\n+(?=(?:Called twice|Errors|Scope of the token)\b)/g;

/** A comment as paragraphs, its examples as blocks of code. */
export function prose(comment: string): string {
  return comment
    .replaceAll(OWN_PARAGRAPH, "\n\n")
    .split("\n\n")
    .map((paragraph) => (paragraph.startsWith("    ") ? codeBlock(paragraph) : paragraph.replaceAll("\n", " ")))
    .join("\n\n");
}

function codeBlock(indented: string): string {
  return `\`\`\`json\n${indented.replaceAll(/^ {4}/gm, "")}\n\`\`\``;
}
