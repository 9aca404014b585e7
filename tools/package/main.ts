import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bitrixModule, MODULE_ID } from "./bitrix-module.ts";

const FOLDER = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "dist/bitrix");

const { version, zip, marketplaceZip } = bitrixModule();
// An archive of another version must not lie beside this one.
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
for (const [name, bytes] of [
  [`${MODULE_ID}-${version}.zip`, zip],
  [".last_version.zip", marketplaceZip],
] as const) {
  writeFileSync(join(FOLDER, name), bytes);
  console.log(`${join("dist/bitrix", name)}: ${bytes.length} bytes`);
}
