import { randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import type { HighWater } from "./app/instance/restored.ts";
import type { HighWaterMark } from "./app/instance/watch-for-rewind.ts";

/** A small file outside of the database. A half-written one is never seen. */
export function highWaterMark(file: string): HighWaterMark {
  return {
    read: async () => {
      try {
        return toHighWater(JSON.parse(await readFile(file, "utf8")), file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    write: async ({ attemptId, eventSeq }) => {
      // Readable, for `restored` may be run by another user than `serve` is. There is no secret in it.
      const draft = `${file}.${randomUUID()}`;
      await writeFile(draft, `${JSON.stringify({ attemptId, eventSeq })}\n`, { mode: 0o644 });
      await rename(draft, file);
    },
  };
}

function toHighWater(
  value: { readonly attemptId?: unknown; readonly eventSeq?: unknown } | null,
  file: string,
): HighWater {
  const { attemptId, eventSeq } = value ?? {};
  if (Number.isSafeInteger(attemptId) && Number.isSafeInteger(eventSeq)) return { attemptId, eventSeq } as HighWater;
  throw new Error(`${file} is no state file of click-bridge`);
}
