import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import { type Failure, FailureError } from "../../payment/failure.ts";
import { requestMessageOf } from "./descriptors.ts";
import { unknownFields } from "./unknown-fields.ts";

/** RPCs that change nothing, by the first word of their names. */
const READS_ONLY = /\/(Get|List|Watch|Check|Plan)[A-Z]\w*$/;

/** Comes to the handler in place of a request that is refused: the library tells nothing of what a reader throws. */
class RefusedRequest {
  readonly failure: Failure;

  constructor(failure: Failure) {
    this.failure = failure;
  }
}

/** The request, or its refusal thrown. */
export function acceptedRequest<Request>(request: Request): Request {
  if (request instanceof RefusedRequest) throw new FailureError(request.failure);
  return request;
}

/**
 * The definition with readers that refuse what they cannot read; and, for each RPC that is not a mere question, fields that the contract
 * does not have here. A newer caller may have said in one of them that it wants less money back, or that the bytes came unencrypted.
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
