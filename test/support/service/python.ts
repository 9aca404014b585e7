import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const PROTO = fileURLToPath(new URL("../../../proto", import.meta.url));

/** Debian's own: another one on the PATH has none of Debian's packages. */
const PYTHON = "/usr/bin/python3";
const PLUGIN = "/usr/bin/grpc_python_plugin";

export interface PythonClient {
  /** Runs a script with the generated code on its path, which is its first argument too; gives what it printed. */
  readonly run: (script: string, input: string, env?: NodeJS.ProcessEnv) => Promise<string>;
  readonly remove: () => void;
}

/** Python's code of the contract, made by `protoc` from what we ship and nothing else. */
export async function generatePythonClient(): Promise<PythonClient> {
  const folder = mkdtempSync(join(tmpdir(), "clickbridge-python-"));
  const files = ["clickbridge/v1", "google/rpc"].flatMap((name) =>
    readdirSync(join(PROTO, name)).map((file) => `${name}/${file}`),
  );
  await run("protoc", [
    `--proto_path=${PROTO}`,
    `--python_out=${folder}`,
    `--grpc_python_out=${folder}`,
    `--plugin=protoc-gen-grpc_python=${PLUGIN}`,
    ...files,
  ]);
  return {
    run: async (script, input, env = {}) => {
      const started = run(PYTHON, [script, folder], { env: { ...process.env, ...env, PYTHONPATH: folder } });
      started.child.stdin?.end(input);
      return (await started).stdout;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
