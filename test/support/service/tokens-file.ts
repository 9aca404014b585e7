import { writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface TestToken {
  readonly name: string;
  readonly token: string;
  readonly scopes: readonly string[];
  readonly refund_tiyin_per_day?: number;
}

/** Writes the tokens as the service reads them, and gives the file's path. */
export async function tokensFile(folder: string, tokens: readonly TestToken[]): Promise<string> {
  const file = join(folder, "tokens.json");
  await writeFile(file, JSON.stringify(tokens), { mode: 0o600 });
  return file;
}
