import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readContract } from "./api-docs/contract.ts";
import { openApi } from "./openapi.ts";

/** Writes src/gen/openapi.json, which the service serves, from the descriptor set that `npm run generate` made just before. */
const ROOT = fileURLToPath(new URL("..", import.meta.url));

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly version: string };
const contract = readContract(readFileSync(join(ROOT, "src/gen/clickbridge.binpb")));
writeFileSync(join(ROOT, "src/gen/openapi.json"), `${JSON.stringify(openApi(contract, version), null, 1)}\n`);
