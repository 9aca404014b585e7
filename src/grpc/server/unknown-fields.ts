import type { DescMessage } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** Limit of reported fields; a foreign message may have hundreds. */
const NAMED_MAX = 10;

/** Fields of a message by number, with the shapes of nested messages. */
interface Shape {
  readonly fields: ReadonlyMap<number, { readonly name: string; readonly message: DescMessage | undefined }>;
}

const shapes = new WeakMap<DescMessage, Shape>();

/** Paths of fields that the contract does not have: `7`, `callback.12`. Throws when the bytes are not a message. */
export function unknownFields(bytes: Uint8Array, message: DescMessage): readonly string[] {
  const found = new Set<string>();
  look(bytes, message, { path: "", found });
  return [...found];
}

function look(bytes: Uint8Array, message: DescMessage, at: { readonly path: string; readonly found: Set<string> }) {
  const { fields } = shapeOf(message);
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len && at.found.size < NAMED_MAX) {
    const [number, wireType] = reader.tag();
    const field = fields.get(number);
    if (field === undefined) at.found.add(`${at.path}${number}`);
    if (field?.message !== undefined && wireType === WireType.LengthDelimited) {
      look(reader.bytes(), field.message, { ...at, path: `${at.path}${field.name}.` });
    } else reader.skip(wireType, number);
  }
}

function shapeOf(message: DescMessage): Shape {
  const known = shapes.get(message);
  if (known !== undefined) return known;
  const fields = message.fields.map((field) => {
    const inner = field.fieldKind === "message" || field.fieldKind === "list" ? field.message : undefined;
    return [field.number, { name: field.name, message: inner }] as const;
  });
  const shape = { fields: new Map(fields) };
  shapes.set(message, shape);
  return shape;
}
