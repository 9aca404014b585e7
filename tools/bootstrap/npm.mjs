import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { must, ROOT, refuse, say } from "./say.mjs";
import { isFresh, markFresh } from "./stamp.mjs";

const INSTALLED = { stamp: "node_modules/.clickbridge-stamp", inputs: ["package-lock.json"] };

/** The Node that runs everything after the bootstrap, whatever the machine's own is. */
export const NODE = join(ROOT, "node_modules/node/bin/node");

/**
 * Installs the lock file's versions when node_modules is missing or was made from another lock file.
 * Not `npm ci`: it refuses a lock file that was made against a registry copy without other platforms' optional packages.
 */
export function npmInstallIfStale() {
  if (!existsSync(NODE) || !(isFresh(INSTALLED) || installedByHand())) {
    say("installing npm packages");
    // CI's own production settings must not leave the dev dependencies out.
    must("npm", ["install", "--no-save", "--include=dev", "--no-audit", "--no-fund"], { NODE_ENV: "development" });
    if (!existsSync(NODE))
      refuse("npm installed no Node of our own: are its install scripts switched off (ignore-scripts)?");
  }
  markFresh(INSTALLED);
}

/** npm writes this file last, so a lock file that is older is the one that was installed. */
function installedByHand() {
  const record = join(ROOT, "node_modules/.package-lock.json");
  return (
    !existsSync(join(ROOT, INSTALLED.stamp)) &&
    existsSync(record) &&
    mtime(record) >= mtime(join(ROOT, "package-lock.json"))
  );
}

function mtime(path) {
  return statSync(path).mtimeMs;
}
