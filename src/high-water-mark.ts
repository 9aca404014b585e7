import { randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import type { HighWater } from "./app/instance/restored.ts";
import type { HighWaterMark } from "./app/instance/watch-for-rewind.ts";

/** A small file outside the database. It is replaced atomically. */
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
      // World-readable, because `restored` may run as another user than `serve`. It contains no secret.
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
