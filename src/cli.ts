#!/usr/bin/env -S node --max-semi-space-size=4 --max-old-space-size=256
/** Required by undici and others (package.json, engines): an older Node would fail somewhere inside them. */
const NODE_MIN = [22, 19] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  console.error(`click-bridge: Node ${NODE_MIN.join(".")} or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
}
// Imported only now, because static imports would run before the check.
await import("./program.ts");
