import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./say.mjs";

/**
 * Whether what was made from `inputs` (files and folders of the checkout) is still what they would make.
 * Contents are compared and not times: a checkout or a copy gives every file a new time.
 */
export function isFresh({ stamp, inputs }) {
  const path = join(ROOT, stamp);
  return existsSync(path) && readFileSync(path, "utf8") === digest(inputs);
}

/** Remembers that what these inputs make is there. */
export function markFresh({ stamp, inputs }) {
  const path = join(ROOT, stamp);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, digest(inputs));
}

function digest(inputs) {
  const hash = createHash("sha256");
  for (const input of inputs) {
    for (const file of filesOf(join(ROOT, input))) {
      hash.update(file).update("\0").update(readFileSync(file)).update("\0");
    }
  }
  return hash.digest("hex");
}

function filesOf(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}
