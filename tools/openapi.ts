import type { Contract, Enum, Field, Message, Method, Service } from "./api-docs/contract.ts";

/** The unary RPCs and their messages as OpenAPI, in the JSON that Connect gives protobuf. */

type Schema = Readonly<Record<string, unknown>>;

const PACKAGE = "clickbridge.v1";
const ABOUT = `Every RPC of the service that has one answer, as Connect carries it: POST with JSON, the token in \`Authorization: Bearer\`.
The same calls, tokens and errors as over gRPC; streams are gRPC's alone.
Names of fields may also be written as in the proto files (payment_id). An unknown field is refused. int64 is a text, and a number is taken too.`;

/** By the name of a scalar or of a message of Google's. */
const TYPES: Readonly<Record<string, Schema>> = {
  string: { type: "string" },
  bool: { type: "boolean" },
  bytes: { type: "string", contentEncoding: "base64" },
  double: { type: "number", format: "double" },
  int32: { type: "integer", format: "int32" },
  uint32: { type: "integer", minimum: 0 },
  int64: { type: "string", format: "int64", pattern: "^-?[0-9]+$" },
  uint64: { type: "string", format: "uint64", pattern: "^[0-9]+$" },
  "google.protobuf.Timestamp": { type: "string", format: "date-time" },
  "google.protobuf.Duration": { type: "string", pattern: "^-?[0-9]+(\\.[0-9]+)?s$" },
};

/** What `default` answers: an error with what a program needs in `details[].debug`. */
const ERROR: Schema = {
  type: "object",
  description: "Why the call failed. HTTP's status follows the code; the reason is in the detail google.rpc.ErrorInfo.",
  required: ["code"],
  properties: {
    code: { type: "string", description: "gRPC's code in small letters: not_found, failed_precondition, unavailable." },
    message: { type: "string", description: "For developers, in English." },
    details: {
      type: "array",
      items: {
        type: "object",
        required: ["type", "value"],
        properties: {
          type: { type: "string", description: "google.rpc.ErrorInfo, google.rpc.BadRequest or google.rpc.RetryInfo." },
          value: { type: "string", contentEncoding: "base64", description: "The detail in protobuf." },
          debug: {
            type: "object",
            description:
              "The same as JSON. Of ErrorInfo: a reason of ErrorReason without its prefix, and its metadata.",
            properties: {
              reason: { type: "string" },
              domain: { type: "string" },
              metadata: { type: "object", additionalProperties: { type: "string" } },
            },
          },
        },
      },
    },
  },
};

/** Throws for a field whose type has no schema here. */
export function openApi(contract: Contract, version: string): Schema {
  const unary = contract.services.map((service) => ({
    ...service,
    methods: service.methods.filter(({ streams }) => !streams),
  }));
  const requests = reachable(
    contract,
    unary.flatMap(({ methods }) => methods.map(({ request }) => request)),
  );
  const answers = reachable(
    contract,
    unary.flatMap(({ methods }) => methods.map(({ response }) => response)),
  );
  const isKnown = ({ name }: { readonly name: string }) => requests.has(name) || answers.has(name);
  const known = { messages: contract.messages.filter(isKnown), enums: contract.enums };
  const schemas = [
    ...known.messages.map(
      (message) => [message.name, schemaOf(message, contract, requests.has(message.name))] as const,
    ),
    ...known.enums.map((each) => [each.name, enumSchema(each)] as const),
  ];
  return {
    openapi: "3.1.0",
    info: { title: "click-bridge", version, description: ABOUT },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    tags: unary.map(({ name, comment }) => ({ name, description: comment })),
    paths: Object.fromEntries(unary.flatMap(pathsOf)),
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      responses: { Error: { description: "The call failed.", content: json({ $ref: "#/components/schemas/Error" }) } },
      schemas: { ...Object.fromEntries(schemas), Error: ERROR },
    },
  };
}

function pathsOf({ name, methods }: Service): (readonly [path: string, item: Schema])[] {
  return methods.map((method) => [`/${PACKAGE}.${name}/${method.name}`, { post: operation(name, method) }] as const);
}

function operation(service: string, { name, comment, request, response }: Method): Schema {
  return {
    operationId: `${service}_${name}`,
    tags: [service],
    summary: comment.split(/(?<=\.)\s/, 1)[0],
    description: comment,
    requestBody: { required: true, content: json(reference(request)) },
    responses: {
      "200": { description: "Done.", content: json(reference(response)) },
      default: { $ref: "#/components/responses/Error" },
    },
  };
}

/** A request with a field that nobody knows is refused; an answer may gain fields. */
function schemaOf({ comment, fields }: Message, contract: Contract, isSent: boolean): Schema {
  const properties = fields.map((field) => [jsonName(field.name), fieldSchema(field, contract)] as const);
  return {
    type: "object",
    description: comment,
    properties: Object.fromEntries(properties),
    ...(isSent ? { additionalProperties: false } : {}),
  };
}

function fieldSchema({ label, type, comment, oneof }: Field, contract: Contract): Schema {
  const description =
    oneof === undefined ? comment : `${comment}\nOnly one of \`${oneof.name}\` is there: ${oneof.comment}`;
  const [, valueType] = /^map<\w+, (.+)>$/.exec(type) ?? [];
  if (valueType !== undefined)
    return { type: "object", description, additionalProperties: typeSchema(valueType, contract) };
  if (label === "repeated ") return { type: "array", description, items: typeSchema(type, contract) };
  return { ...typeSchema(type, contract), description };
}

function typeSchema(type: string, { messages, enums }: Contract): Schema {
  const schema = TYPES[type];
  if (schema !== undefined) return schema;
  if ([...messages, ...enums].some(({ name }) => name === type)) return reference(type);
  throw new Error(`what is ${type} in JSON?`);
}

function enumSchema({ comment, values }: Enum): Schema {
  const lines = values.map((value) => `* \`${value.name}\`: ${value.comment}`);
  return { type: "string", description: [comment, ...lines].join("\n"), enum: values.map(({ name }) => name) };
}

/** Names of these messages and of all that stand in their fields. */
function reachable({ messages }: Contract, names: readonly string[]): ReadonlySet<string> {
  const found = new Set(names);
  for (const name of found) {
    const { fields = [] } = messages.find((message) => message.name === name) ?? {};
    for (const { type } of fields) found.add(type.replace(/^map<\w+, (.+)>$/, "$1"));
  }
  return found;
}

function reference(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function json(schema: Schema): Schema {
  return { "application/json": { schema } };
}

/** As protobuf makes it: `payment_id` → `paymentId`. */
function jsonName(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
