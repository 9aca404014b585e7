import { type DescMessage, type DescMethod, fromBinary, type Registry, toJson } from "@bufbuild/protobuf";
import { type Code, ConnectError } from "@connectrpc/connect";
import { errorToJson } from "@connectrpc/connect/protocol-connect";
import { Status } from "../gen/google/rpc/status.ts";
import { type StatusError, statusOf } from "../grpc/server/status.ts";
import type { Failure } from "../payment/failure.ts";

/** Of a request's text: a message that gRPC takes (half of it) fits with the names of its fields. */
export const BODY_BYTES_MAX = 1024 * 1024;

/**
 * An error of gRPC as Connect tells it: with its code, message and details, each of these decoded (`debug`) beside its bytes, for whoever has
 * no protobuf.
 */
export function connectErrorOf({ code, details, metadata }: StatusError, types: Registry): ConnectError {
  // The numbers of the codes are gRPC's.
  const error = new ConnectError(details, code as number as Code);
  const [bytes] = metadata.get("grpc-status-details-bin");
  const packed = bytes === undefined ? [] : Status.decode(Buffer.from(bytes)).details;
  error.details = packed.map(({ typeUrl, value }) =>
    decoded(typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value, types),
  );
  return error;
}

function decoded(type: string, value: Uint8Array, types: Registry): ConnectError["details"][number] {
  const desc = types.getMessage(type);
  if (desc === undefined) return { type, value };
  return { type, value, debug: toJson(desc, fromBinary(desc, value), { registry: types, alwaysEmitImplicit: true }) };
}

/** Of a failure of ours. */
export function errorOf(failure: Failure, types: Registry): ConnectError {
  return connectErrorOf(statusOf(failure), types);
}

/** The body of an answer that tells of an error. */
export interface ErrorJson {
  readonly code: string;
  readonly message?: string;
  readonly details?: readonly object[];
}

export function errorJson(error: ConnectError): ErrorJson {
  return errorToJson(error, undefined) as unknown as ErrorJson;
}

/** How protobuf tells of a field that is unknown, of one that is wrong, and of a value by its type alone. */
const UNKNOWN_KEY = /: key "([^"]{1,100})" is unknown$/;
const WRONG_FIELD = /^cannot decode field [\w.]+\.(\w+) from JSON/;
const WRONG_TYPE = /^cannot decode (?:enum|message) ([\w.]+) from JSON/;

/** Gives the errors that Connect makes itself the details that ours have. */
export function withReason(told: ErrorJson, method: DescMethod, types: Registry): ErrorJson {
  const failure = told.details === undefined ? failureOf(told, method) : undefined;
  return failure === undefined ? told : { ...errorJson(errorOf(failure, types)), ...told };
}

function failureOf({ code, message = "" }: ErrorJson, { input }: DescMethod): Failure | undefined {
  switch (code) {
    case "invalid_argument":
      return whyUnreadable(message, input);
    // A compression that is not understood: there are none.
    case "unimplemented":
      return { reason: "REQUEST_UNREADABLE" };
    case "resource_exhausted":
      return { reason: "MESSAGE_TOO_LARGE", bytesMax: BODY_BYTES_MAX };
    case "deadline_exceeded":
      return { reason: "DEADLINE_EXCEEDED" };
    default:
      return undefined;
  }
}

/** Which field of the JSON it was: one, or all that are of the type. */
function whyUnreadable(rule: string, { fields }: DescMessage): Failure {
  const [, unknown] = UNKNOWN_KEY.exec(rule) ?? [];
  if (unknown !== undefined) return { reason: "UNKNOWN_FIELDS", fields: [unknown] };
  const [, wrong] = WRONG_FIELD.exec(rule) ?? [];
  const [, type = "none"] = WRONG_TYPE.exec(rule) ?? [];
  const ofType = fields.filter((field) => (field.enum ?? field.message)?.typeName === type).map(({ name }) => name);
  const faults = (wrong === undefined ? ofType : [wrong]).map((field) => ({ field, rule }));
  return faults.length > 0 ? { reason: "INVALID_REQUEST", faults } : { reason: "REQUEST_UNREADABLE" };
}
