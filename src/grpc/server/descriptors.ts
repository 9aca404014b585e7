import { readFileSync } from "node:fs";
import {
  createFileRegistry,
  type DescMessage,
  type DescService,
  type FileRegistry,
  fromBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** The contract, and what is shipped beside it, as `buf build` made it: one file to ship, no include paths. */
const DESCRIPTOR_SET = new URL("../../gen/clickbridge.binpb", import.meta.url);

const PACKAGE = "clickbridge.v1";

let read: FileRegistry | undefined;

export function descriptorSet(): Buffer {
  return readFileSync(DESCRIPTOR_SET);
}

/** Every type of the contract, and of what it imports. */
export function contractTypes(): FileRegistry {
  read ??= createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet()));
  return read;
}

/** Every service of the contract. */
export function contractServices(): readonly DescService[] {
  return [...contractTypes()]
    .filter((desc) => desc.kind === "service")
    .filter(({ file }) => file.proto.package === PACKAGE);
}

/** The request message of `/clickbridge.v1.PaymentService/GetPayment`. Undefined when the contract has no such RPC. */
export function requestMessageOf(path: string): DescMessage | undefined {
  const [, service = "", method = ""] = path.split("/");
  return contractTypes()
    .getService(service)
    ?.methods.find(({ name }) => name === method)?.input;
}
