import type { Contract, Enum, Field, Message, Method, Service } from "./contract.ts";
import { anchorOf, linkTo, prose, table } from "./markdown.ts";

/** docs/api.md: the contract for people. */

/** First what other systems need, last what the shop and its module say to each other. */
const PARTS: readonly { readonly title: string; readonly services: readonly string[] }[] = [
  { title: "For back office, ERP and analytics", services: ["PaymentService", "LedgerService", "ServerService"] },
  { title: "To take money", services: ["CheckoutService", "CardService", "PassService", "FiscalService"] },
  {
    title: "Between the shop's module and the service",
    services: ["SetupService", "CallbackService", "OrderUpdateService"],
  },
];
const SERVICES = PARTS.flatMap(({ services }) => services);

const REASONS = "ErrorReason";
/** In the comment of a reason. */
const OF_EVERY_CALL = "Every call may fail so.";
const REASON_PREFIX = "ERROR_REASON_";

const HEAD = `# The contract: \`clickbridge.v1\`

<!-- Made by \`npm run generate\` from the comments in proto/clickbridge/v1. Change those; the gate fails while the two differ. -->

Made from the comments of [proto/clickbridge/v1](../proto/clickbridge/v1). How to call it, with a line to try for each reading RPC: [calling.md](calling.md);
how to follow payments: [events.md](events.md). Money is whole tiyin (1 soum = 100 tiyin). Field names are those of the proto file: JSON
writes them in lowerCamelCase too.

\`grpc.health.v1.Health\` and \`grpc.reflection\` (v1 and v1alpha) are served beside these and need no token.`;

export function apiPage(contract: Contract): string {
  const page = new Page(contract);
  return `${page.parts().join("\n\n")}\n`;
}

class Page {
  readonly #services: readonly Service[];
  readonly #messages: ReadonlyMap<string, Message>;
  readonly #enums: ReadonlyMap<string, Enum>;
  /** Messages that only one RPC has, told with it. */
  readonly #told: ReadonlySet<string>;

  constructor({ services, messages, enums }: Contract) {
    const strangers = services.filter(({ name }) => !SERVICES.includes(name));
    if (strangers.length > 0) throw new Error(`where does ${strangers[0]?.name} stand on the page?`);
    this.#services = services.toSorted((a, b) => SERVICES.indexOf(a.name) - SERVICES.indexOf(b.name));
    this.#messages = new Map(messages.map((message) => [message.name, message]));
    this.#enums = new Map(enums.map((each) => [each.name, each]));
    const uses = services.flatMap(({ methods }) => methods.flatMap(({ request, response }) => [request, response]));
    const fieldTypes = new Set(messages.flatMap(({ fields }) => fields.map(({ type }) => type)));
    this.#told = new Set(
      uses.filter((name, at) => uses.indexOf(name) === at && uses.lastIndexOf(name) === at && !fieldTypes.has(name)),
    );
  }

  parts(): readonly string[] {
    return [
      HEAD,
      "## Contents",
      this.#contents(),
      ...this.#services.flatMap((service) => this.#service(service)),
      "## Messages",
      ...this.#shared().flatMap((message) => [`### ${message.name}`, ...this.#message(message)]),
      "## Enums",
      ...this.#ownEnums().flatMap((each) => [`### ${each.name}`, prose(each.comment), valuesOf(each)]),
      ...this.#errors(),
    ];
  }

  #contents(): string {
    const services = PARTS.flatMap(({ title, services: names }) => [
      `* ${title}`,
      ...this.#services.filter(({ name }) => names.includes(name)).map((service) => `  ${lineOf(service)}`),
    ]);
    const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => linkTo(name)).join(" · ");
    return [
      ...services,
      `* ${linkTo("Messages")}: ${names(this.#shared())}`,
      `* ${linkTo("Enums")}: ${names(this.#ownEnums())}`,
      `* ${linkTo("Errors")}`,
    ].join("\n");
  }

  #service({ name, comment, methods }: Service): string[] {
    return [
      `## ${name}`,
      prose(comment),
      ...methods.flatMap((method) => this.#method(name, method, scopeOf(comment, method))),
    ];
  }

  #method(service: string, method: Method, scope: string): string[] {
    return [
      `### ${headingOf(service, method)}`,
      `Scope \`${scope}\`.`,
      this.#withReasonLinks(prose(method.comment)),
      this.#ofEveryCall(),
      ...this.#end("Request", method.request),
      ...this.#end(method.streams ? "Response, a stream" : "Response", method.response),
    ];
  }

  #end(role: string, name: string): string[] {
    const message = this.#messages.get(name);
    if (message === undefined || !this.#told.has(name)) return [`**${role}**: ${this.#typeLink(name)}`];
    return [`**${role}** \`${name}\`: ${inSentence(message.comment)}`, this.#fields(message)];
  }

  #message(message: Message): string[] {
    return [prose(message.comment), this.#fields(message)];
  }

  #fields({ fields }: Message): string {
    if (fields.length === 0) return "No fields.";
    const rows = fields.map((field) => [
      `\`${field.name}\``,
      `${field.label}${this.#typeLink(field.type)}`,
      this.#withReasonLinks(meaningOf(field)),
    ]);
    return table(["Field", "Type", "Meaning"], rows);
  }

  #typeLink(type: string): string {
    return this.#messages.has(type) || this.#enums.has(type) ? linkTo(type) : type;
  }

  /** `PAYMENT_NOT_FOUND` in an RPC's comment leads to what it means. */
  #withReasonLinks(text: string): string {
    const reasons = new Set(this.#reasons().map(({ name }) => name));
    return text.replaceAll(/`([A-Z][A-Z_]+)`/g, (quoted, name: string) =>
      reasons.has(name) ? linkTo(name, quoted) : quoted,
    );
  }

  #shared(): readonly Message[] {
    return sorted([...this.#messages.values()].filter(({ name }) => !this.#told.has(name)));
  }

  #ownEnums(): readonly Enum[] {
    return sorted([...this.#enums.values()].filter(({ name }) => name !== REASONS));
  }

  #reasons(): readonly { readonly name: string; readonly number: number; readonly comment: string }[] {
    const values = this.#enums.get(REASONS)?.values ?? [];
    return values.map((value) => ({ ...value, name: value.name.replace(REASON_PREFIX, "") }));
  }

  #ofEveryCall(): string {
    const reasons = this.#reasons().filter(({ comment }) => comment.includes(OF_EVERY_CALL));
    return `And as every call: ${reasons.map(({ name }) => linkTo(name, `\`${name}\``)).join(", ")}.`;
  }

  #errors(): string[] {
    const sent = this.#reasons().filter(({ number }) => number !== 0);
    const rows = sent.map(({ name, comment }) => [linkTo(name, `\`${name}\``), `\`${codeOf(name, comment)}\``]);
    return [
      "## Errors",
      prose(this.#enums.get(REASONS)?.comment ?? ""),
      this.#reasons()
        .filter(({ number }) => number === 0)
        .map(({ name, comment }) => `\`${name}\`: ${prose(comment)}`)
        .join(),
      table(["Reason", "gRPC code"], rows),
      ...sent.flatMap(({ name, comment }) => [`### ${name}`, prose(comment)]),
    ];
  }
}

function lineOf({ name, methods }: Service): string {
  const rpcs = methods.map((method) => linkTo(headingOf(name, method), method.name));
  return `* ${linkTo(name)}: ${rpcs.join(" · ")}`;
}

function headingOf(service: string, { name }: Method): string {
  return `${service}.${name}`;
}

/** `read` of "Scope of the token: `read`; `refund` for RefundPayment." in the service's comment. */
function scopeOf(comment: string, { name }: Method): string {
  const [, said = ""] = /Scope of the token: (.*)/s.exec(comment) ?? [];
  const [usual = "", ...others] = said.split(";");
  const own = others.find((part) => new RegExp(`\\b${name}\\b`).test(part));
  const [, scope] = /`(\w+)`/.exec(own ?? usual) ?? [];
  if (scope === undefined) throw new Error(`which scope of a token does ${name} need?`);
  return scope;
}

function meaningOf({ comment, oneof }: Field): string {
  return oneof === undefined ? prose(comment) : `One of \`${oneof.name}\` (${prose(oneof.comment)}) ${prose(comment)}`;
}

function valuesOf({ values }: Enum): string {
  const rows = values.map(({ name, number, comment }) => [`\`${name}\``, String(number), prose(comment)]);
  return table(["Value", "Number", "Meaning"], rows);
}

function inSentence(comment: string): string {
  const text = prose(comment);
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

/** Every reason's comment names its gRPC code; the example is checked too, for both are what the page promises. */
function codeOf(name: string, comment: string): string {
  const code = /\bCode `([A-Z_]+)`/.exec(comment)?.[1];
  if (code === undefined) throw new Error(`the comment of ${name} names no gRPC code`);
  if (!comment.includes(`{"reason": "${name}", "domain": "clickbridge"`)) throw new Error(`${name} has no example`);
  return code;
}

function sorted<T extends { readonly name: string }>(list: readonly T[]): readonly T[] {
  return list.toSorted((a, b) => (anchorOf(a.name) < anchorOf(b.name) ? -1 : 1));
}
