import sax from "sax";
import { refuseFile } from "./refuse-file.ts";

export type Attributes = Readonly<Record<string, string>>;

/** Those that are open are kept in memory. */
const DEPTH_MAX = 32;
/** Of one element, which is kept whole: the widest that a spreadsheet writes, the root of a workbook, has about thirty. */
const ATTRIBUTES_MAX = 128;

/** What is told of an XML file; names come without their prefix. */
export interface XmlHandlers {
  open?(name: string, attributes: Attributes): void;
  close?(name: string): void;
  /** A long text comes in parts. */
  text?(text: string): void;
}

/** Reads pieces of an XML file, in the encoding that every spreadsheet writes. No entities but those of XML itself. */
export function xmlReader(part: string, handlers: XmlHandlers): { write(piece: Uint8Array): void } {
  const parser = sax.parser(true);
  const decoder = new TextDecoder("utf-8");
  const refuse = (why: string) => refuseFile(part, `must be the XML of a spreadsheet: ${why}`);
  parser.onerror = (error) => refuse(error.message.split("\n")[0] ?? "");
  parser.ondoctype = () => refuse("it has a DOCTYPE");
  let depth = 0;
  let attributeCount = 0;
  // Before the end of the element is read: it may never come.
  parser.onattribute = () => {
    attributeCount += 1;
    if (attributeCount > ATTRIBUTES_MAX) refuse("an element has too many attributes");
  };
  parser.onopentag = ({ name, attributes }) => {
    depth += 1;
    attributeCount = 0;
    if (depth > DEPTH_MAX) refuse("its elements lie too deep in each other");
    const bare: Record<string, string> = {};
    for (const [key, value] of Object.entries(attributes)) bare[localName(key)] = String(value);
    handlers.open?.(localName(name), bare);
  };
  parser.onclosetag = (name) => {
    depth -= 1;
    handlers.close?.(localName(name));
  };
  parser.ontext = (text) => handlers.text?.(text);
  parser.oncdata = (text) => handlers.text?.(text);
  return { write: (piece) => void parser.write(decoder.decode(piece, { stream: true })) };
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
