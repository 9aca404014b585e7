import type { FieldFault } from "../payment/failure.ts";

const INEXACT = "must be written as a text: it has more digits than a number of JSON keeps";
const NULL = "must be left out or have a value: null could be meant as either";

/**
 * The first value that would be read as another one than was written, with its field as in the proto file; undefined when there is none. A
 * number whose digits JavaScript cannot keep would be another sum; a `null`, which proto3 JSON reads as an absent field, would make "no sum
 * was worked out" into "refund all that is left". Text that is not JSON is left to its reader.
 */
export function inexactValueIn(text: string): FieldFault | undefined {
  let found: FieldFault | undefined;
  try {
    JSON.parse(text, (key, value: unknown) => {
      const rule = ruleOf(value);
      if (rule !== undefined) found ??= { field: protoName(key), rule };
      // Kept from becoming the null or the hole that the next one would be told of.
      return true;
    });
  } catch {
    return undefined;
  }
  return found;
}

function ruleOf(value: unknown): string | undefined {
  if (value === null) return NULL;
  return typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value) ? INEXACT : undefined;
}

function protoName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
