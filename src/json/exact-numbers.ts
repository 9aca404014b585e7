/**
 * The field, as in the proto file, of a number whose digits JavaScript cannot keep; undefined when there is none. Such a number of Click's or such a sum would be
 * another one when it is read, and nobody could tell. Text that is not JSON is left to its reader.
 */
export function inexactNumberIn(text: string): string | undefined {
  let found: string | undefined;
  try {
    JSON.parse(text, (key, value: unknown) => {
      if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value))
        found ??= key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return undefined;
    });
  } catch {
    return undefined;
  }
  return found;
}
