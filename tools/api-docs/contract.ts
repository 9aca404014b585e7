import {
  createFileRegistry,
  type DescEnum,
  type DescField,
  type DescFile,
  type DescMessage,
  fromBinary,
  ScalarType,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** The contract as its descriptor set tells it: every element with its comment. */
export interface Contract {
  readonly services: readonly Service[];
  readonly messages: readonly Message[];
  readonly enums: readonly Enum[];
}

/** `name` is what stands after the package: `Attempt`, `Anomaly.Decision`. */
interface Named {
  readonly name: string;
  readonly comment: string;
}

export interface Service extends Named {
  readonly methods: readonly Method[];
}

export interface Method extends Named {
  /** Names of messages. */
  readonly request: string;
  readonly response: string;
  readonly streams: boolean;
}

export interface Message extends Named {
  readonly fields: readonly Field[];
}

export interface Field extends Named {
  /** `optional `, `repeated ` or nothing. */
  readonly label: string;
  /** A scalar, or the name of a message or an enum: the contract's own without its package. */
  readonly type: string;
  readonly oneof: Named | undefined;
}

export interface Enum extends Named {
  readonly values: readonly (Named & { readonly number: number })[];
}

const PACKAGE = "clickbridge.v1";

/** Numbers of fields in descriptor.proto, of which the paths of comments are made. */
const IN_FILE = { message: 4, enum: 5, service: 6 };
const IN_MESSAGE = { field: 2, message: 3, enum: 4, oneof: 8 };
const METHOD_OR_VALUE = 2;

type Path = readonly number[];

/** Reads a descriptor set with its source info. Throws when an element has no comment, and names them all. */
export function readContract(descriptorSet: Uint8Array): Contract {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet));
  const readers = [...registry.files]
    .filter(({ proto }) => proto.package === PACKAGE)
    .map((file) => new FileReader(file));
  const contract = {
    services: readers.flatMap((reader) => reader.services()),
    messages: readers.flatMap((reader) => reader.messages()),
    enums: readers.flatMap((reader) => reader.enums()),
  };
  const silent = readers.flatMap((reader) => reader.withoutComment);
  if (silent.length > 0) throw new Error(`no comment: ${silent.join(", ")}`);
  return contract;
}

class FileReader {
  readonly withoutComment: string[] = [];
  readonly #file: DescFile;
  readonly #comments: ReadonlyMap<string, string>;

  constructor(file: DescFile) {
    this.#file = file;
    const locations = file.proto.sourceCodeInfo?.location ?? [];
    this.#comments = new Map(locations.map(({ path, leadingComments }) => [path.join("."), leadingComments]));
  }

  services(): Service[] {
    return this.#file.services.map((service, at) => {
      const path = [IN_FILE.service, at];
      const methods = service.methods.map((method, index) => ({
        name: method.name,
        comment: this.#comment(`${service.name}.${method.name}`, [...path, METHOD_OR_VALUE, index]),
        request: nameOf(method.input),
        response: nameOf(method.output),
        streams: method.methodKind === "server_streaming",
      }));
      return { name: service.name, comment: this.#comment(service.name, path), methods };
    });
  }

  messages(): Message[] {
    return this.#all().map(({ message, path }) => {
      const name = nameOf(message);
      const fields = message.fields.map((field, index) => ({
        name: field.name,
        comment: this.#comment(`${name}.${field.name}`, [...path, IN_MESSAGE.field, index]),
        label: labelOf(field),
        type: typeOf(field),
        oneof: this.#oneofOf(field, path),
      }));
      return { name, comment: this.#comment(name, path), fields };
    });
  }

  enums(): Enum[] {
    const top = this.#file.enums.map((each, index) => this.#enum(each, [IN_FILE.enum, index]));
    const nested = this.#all().flatMap(({ message, path }) =>
      message.nestedEnums.map((each, index) => this.#enum(each, [...path, IN_MESSAGE.enum, index])),
    );
    return [...top, ...nested];
  }

  #enum(desc: DescEnum, path: Path): Enum {
    const name = nameOf(desc);
    const values = desc.values.map((value, index) => ({
      name: value.name,
      number: value.number,
      comment: this.#comment(`${name}.${value.name}`, [...path, METHOD_OR_VALUE, index]),
    }));
    return { name, comment: this.#comment(name, path), values };
  }

  #oneofOf({ oneof, parent }: DescField, path: Path): Named | undefined {
    if (oneof === undefined) return undefined;
    const index = parent.proto.oneofDecl.indexOf(oneof.proto);
    const comment = this.#comment(`${nameOf(parent)}.${oneof.name}`, [...path, IN_MESSAGE.oneof, index]);
    return { name: oneof.name, comment };
  }

  /** Every message of the file, also those within another. */
  #all(): readonly { readonly message: DescMessage; readonly path: Path }[] {
    const withInner = (message: DescMessage, path: Path): { message: DescMessage; path: Path }[] => [
      { message, path },
      ...message.nestedMessages.flatMap((inner) =>
        withInner(inner, [...path, IN_MESSAGE.message, message.proto.nestedType.indexOf(inner.proto)]),
      ),
    ];
    return this.#file.messages.flatMap((message, index) => withInner(message, [IN_FILE.message, index]));
  }

  /** Without the blank that stands after `//`. */
  #comment(element: string, path: Path): string {
    const comment = (this.#comments.get(path.join(".")) ?? "").replaceAll(/^ /gm, "").trim();
    if (comment === "") this.withoutComment.push(element);
    return comment;
  }
}

function nameOf({ typeName }: DescMessage | DescEnum): string {
  return typeName.startsWith(`${PACKAGE}.`) ? typeName.slice(PACKAGE.length + 1) : typeName;
}

function labelOf(field: DescField): string {
  if (field.fieldKind === "list") return "repeated ";
  return field.proto.proto3Optional ? "optional " : "";
}

function typeOf(field: DescField): string {
  if (field.fieldKind === "map")
    return `map<${scalarName(field.mapKey)}, ${field.mapKind === "scalar" ? scalarName(field.scalar) : nameOf(field.message ?? field.enum)}>`;
  if (field.message !== undefined) return nameOf(field.message);
  if (field.enum !== undefined) return nameOf(field.enum);
  return scalarName(field.scalar);
}

function scalarName(scalar: ScalarType): string {
  return (ScalarType[scalar] ?? "").toLowerCase();
}
