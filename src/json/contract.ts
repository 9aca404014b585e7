import type { DescMethod, FileRegistry } from "@bufbuild/protobuf";
import { contractServices, contractTypes } from "../grpc/server/descriptors.ts";

/** The contract as its descriptor set tells it: the same one that reflection serves. */
export interface Contract {
  readonly types: FileRegistry;
  /** By path: `/clickbridge.v1.PaymentService/GetPayment`. */
  readonly methods: ReadonlyMap<string, DescMethod>;
}

export function readContract(): Contract {
  const methods = contractServices().flatMap((service) =>
    service.methods.map((method) => [`/${service.typeName}/${method.name}`, method] as const),
  );
  return { types: contractTypes(), methods: new Map(methods) };
}
