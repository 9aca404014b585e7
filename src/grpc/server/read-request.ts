import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import { type Failure, FailureError } from "../../payment/failure.ts";
import { requestMessageOf } from "./descriptors.ts";
import { unknownFields } from "./unknown-fields.ts";

/** Read-only RPCs, by the verb of their names. */
const READS_ONLY = /\/(Get|List|Watch|Check|Plan)[A-Z]\w*$/;

/** Replaces a refused request, because the library hides errors that a decoder throws. */
class RefusedRequest {
  readonly failure: Failure;

  constructor(failure: Failure) {
    this.failure = failure;
  }
}

/** Returns the request or throws its refusal. */
export function acceptedRequest<Request>(request: Request): Request {
  if (request instanceof RefusedRequest) throw new FailureError(request.failure);
  return request;
}

/**
 * The definition with decoders that refuse unreadable requests and, for each RPC that is not read-only, unknown fields. With such a field a
 * newer caller may have asked for a smaller refund, or reported that a callback came unencrypted.
 */
export function withRefusals<Definition extends ServiceDefinition>(definition: Definition): Definition {
  const methods = Object.entries(definition).map(([name, method]) => [name, refusing(method)]);
  return Object.fromEntries(methods) as Definition;
}

function refusing(method: MethodDefinition<unknown, unknown>): MethodDefinition<unknown, unknown> {
  const message = READS_ONLY.test(method.path) ? undefined : requestMessageOf(method.path);
  return {
    ...method,
    requestDeserialize: (bytes) => {
      try {
        const fields = message === undefined ? [] : unknownFields(bytes, message);
        return fields.length === 0
          ? method.requestDeserialize(bytes)
          : new RefusedRequest({ reason: "UNKNOWN_FIELDS", fields });
      } catch {
        return new RefusedRequest({ reason: "REQUEST_UNREADABLE" });
      }
    },
  };
}
