import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { Server } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { descriptorSet } from "./descriptors.ts";

/**
 * Adds grpc.reflection.v1 and v1alpha, for clients without a copy of the contract. The files are sent as they are in the descriptor set:
 * proto-loader would merge all files of a package into one without imports, which `buf curl` refuses.
 */
export function addReflection(server: Server): void {
  // The library uses only the files of a package definition.
  const contract = { contract: { fileDescriptorProtos: filesOf(descriptorSet()) } };
  const reflection = new ReflectionService(contract as unknown as ConstructorParameters<typeof ReflectionService>[0]);
  reflection.addToServer(server);
}

/** A FileDescriptorSet is only a list of files in field 1. */
function filesOf(descriptorSet: Uint8Array): readonly Buffer[] {
  const reader = new BinaryReader(descriptorSet);
  const files: Buffer[] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) files.push(Buffer.from(reader.bytes()));
    else reader.skip(wireType);
  }
  return files;
}
