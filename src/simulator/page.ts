import { formatSoums } from "../protocol/amount.ts";

/** Markup that is safe to print: made by `markup`, which escapes whatever it is given. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | bigint | Markup | readonly Markup[] | undefined;

/** A template of HTML: every value in it is escaped, unless it is Markup itself. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, index) => text + (index < parts.length ? partText(parts[index]) : "")).join(""));
}

function partText(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map((item) => item.text).join("\n");
  return escapeHtml(String(part));
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --accent: #0a6cff; --line: #8883; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 60rem; }
body.narrow { max-width: 26rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.note { color: #888; } .sum { font-size: 1.7rem; font-weight: 600; margin: 0; white-space: nowrap; }
.card { border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.25rem; margin: 1rem 0; }
button { font: inherit; padding: .6rem 1rem; border-radius: 8px; border: 1px solid var(--line); cursor: pointer; width: 100%; margin-top: .5rem; }
button.main { background: var(--accent); color: #fff; border-color: var(--accent); }
form.inline { display: inline; } form.inline button { width: auto; margin: 0 .25rem 0 0; padding: .2rem .6rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
code { font-size: .85em; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
`;

/** A whole page. */
export function page(title: string, content: Markup, { narrow = false } = {}): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body class="${narrow ? "narrow" : "wide"}">
<p class="note">Click stand-in: no money moves here</p>
${content}
</body>
</html>
`.text;
}

/** `150 000.00` */
export function formatMoney(tiyin: bigint): string {
  return formatSoums(tiyin).replace(/\B(?=(\d{3})+\.)/g, "\u00a0");
}
