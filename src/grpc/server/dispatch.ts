import type { handleUnaryCall, Metadata, Server, ServerUnaryCall, ServiceDefinition } from "@grpc/grpc-js";
import { messageBytesMax } from "./message-size.ts";
import { statusOf } from "./status.ts";

/** One unary call: the bytes of the answer, or a rejection with a StatusError; with anything else it is a bug. */
export type Dispatch = (path: string, request: Uint8Array, metadata: Metadata) => Promise<Uint8Array>;

interface Handler {
  readonly definition: ServiceDefinition[string];
  readonly handle: handleUnaryCall<unknown, unknown>;
}

/**
 * Calls the handlers of `register` in this process, without a network: the same handlers with the same gate, for other protocols. A caller
 * needs a token, as over TCP.
 */
export function dispatcher(register: (server: Server) => void): Dispatch {
  const handlers = new Map<string, Handler>();
  const recorder: Pick<Server, "addService"> = {
    addService: (service, implementation) => {
      for (const [name, definition] of Object.entries(service)) {
        const handle = implementation[name] ?? implementation[definition.originalName ?? name];
        if (handle === undefined || definition.responseStream) continue;
        handlers.set(definition.path, { definition, handle: handle as handleUnaryCall<unknown, unknown> });
      }
    },
  };
  register(recorder as Server);
  return async (path, bytes, metadata) => {
    const handler = handlers.get(path);
    if (handler === undefined) throw statusOf({ reason: "METHOD_UNKNOWN", method: path });
    return answerOf(handler, bytes, metadata);
  };
}

function answerOf({ definition, handle }: Handler, bytes: Uint8Array, metadata: Metadata): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const bytesMax = messageBytesMax(definition.path);
    if (bytes.byteLength > bytesMax) return reject(statusOf({ reason: "MESSAGE_TOO_LARGE", bytesMax }));
    const request = definition.requestDeserialize(Buffer.from(bytes));
    const call = { request, metadata, getPath: () => definition.path } as ServerUnaryCall<unknown, unknown>;
    handle(call, (error, response) => {
      if (error !== null) return reject(error);
      try {
        resolve(definition.responseSerialize(response));
      } catch (bug) {
        reject(bug);
      }
    });
  });
}
