import { type ServiceError, status } from "@grpc/grpc-js";
import { BadRequest, ErrorInfo, RetryInfo } from "../../../src/gen/google/rpc/error_details.ts";
import { Status } from "../../../src/gen/google/rpc/status.ts";

/** What a client learns of a call that failed. */
export interface SeenFailure {
  /** Name of the gRPC code. */
  readonly code: string;
  readonly message: string;
  /** Of the ErrorInfo; empty without one. */
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Fields that the BadRequest names. */
  readonly fields: readonly string[];
  readonly retryDelaySeconds: number | undefined;
}

/** The failure of a call. Rejects when the call succeeds. */
export async function failureOf(call: Promise<unknown>): Promise<SeenFailure> {
  const error = await call.then(
    (response) => {
      throw new Error(
        `the call succeeded: ${JSON.stringify(response, (_, v) => (typeof v === "bigint" ? `${v}` : v))}`,
      );
    },
    (failure: ServiceError) => failure,
  );
  return readFailure(error);
}

export function readFailure(error: ServiceError): SeenFailure {
  const [bytes] = error.metadata?.get("grpc-status-details-bin") ?? [];
  const details = bytes === undefined ? [] : Status.decode(Buffer.from(bytes)).details;
  const find = (type: string) => details.find((any) => any.typeUrl === `type.googleapis.com/google.rpc.${type}`)?.value;
  const [info, bad, retry] = [find("ErrorInfo"), find("BadRequest"), find("RetryInfo")];
  const { reason = "", metadata = {} } = info === undefined ? {} : ErrorInfo.decode(info);
  return {
    code: status[error.code] ?? String(error.code),
    message: error.details,
    reason,
    metadata,
    fields: bad === undefined ? [] : BadRequest.decode(bad).fieldViolations.map((violation) => violation.field),
    retryDelaySeconds: retry === undefined ? undefined : Number(RetryInfo.decode(retry).retryDelay?.seconds ?? 0n),
  };
}
