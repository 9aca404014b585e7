import { Client, credentials } from "@grpc/grpc-js";
import { service as healthDefinition } from "grpc-health-check";

/** A client that watches the health of a service, as a load balancer does. */
export interface HealthWatch {
  /** Every status so far. */
  readonly statuses: readonly string[];
  /** Settles with the first status of that name, past or coming. */
  status(name: string): Promise<string>;
  /** Settles with the next status of that name. */
  next(name: string): Promise<string>;
  /** Settles when the stream has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** Of the whole, or of one service. */
export function watchHealth(target: string, service = ""): HealthWatch {
  const client = new Client(target, credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
  const { path, requestSerialize, responseDeserialize } = healthDefinition["Watch"] as {
    path: string;
    requestSerialize: (value: object) => Buffer;
    responseDeserialize: (bytes: Buffer) => { readonly status: string };
  };
  const statuses: string[] = [];
  const listeners = new Set<(status: string) => void>();
  const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { service });
  stream.on("data", ({ status }: { readonly status: string }) => {
    statuses.push(status);
    for (const listener of listeners) listener(status);
  });
  const ended = new Promise<void>((resolve) => {
    stream.on("error", () => resolve());
    stream.on("end", () => resolve());
  });
  return {
    statuses,
    ended,
    status: (name) =>
      new Promise((resolve) => {
        if (statuses.includes(name)) return resolve(name);
        listeners.add((status) => status === name && resolve(name));
      }),
    next: (name) => new Promise((resolve) => listeners.add((status) => status === name && resolve(name))),
    stop: () => client.close(),
  };
}
