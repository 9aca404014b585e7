import { readdirSync, readFileSync } from "node:fs";

const PROTO = new URL("../../../proto/clickbridge/v1/", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, PROTO), "utf8");

/** The comment without its slashes, as one line. */
const sentence = (comment = "") => comment.replaceAll(/\s*\/\/ ?/g, " ");

/** The gRPC code of each reason, as the contract says. */
export const CODES: ReadonlyMap<string, string> = new Map(
  [...read("error_reason.proto").matchAll(/((?: {2}\/\/.*\n)+) {2}ERROR_REASON_(\w+) =/g)].map(
    ([, comment, reason = ""]) => [reason, /Code `(\w+)`/.exec(sentence(comment))?.[1] ?? ""],
  ),
);

export interface Listed {
  readonly rpc: string;
  readonly errors: string;
}

/** The errors of each RPC, as its comment lists them: `CODE` `REASON`, `REASON`; `CODE` `REASON`. */
export const ERROR_LISTS: readonly Listed[] = readdirSync(PROTO)
  .filter((file) => file.endsWith("_service.proto"))
  .flatMap((file) => [...read(file).matchAll(/((?: {2}\/\/.*\n)+) {2}rpc (\w+)/g)])
  .map(([, comment, rpc = ""]) => ({ rpc, errors: /Errors: (.*)/.exec(sentence(comment))?.[1] ?? "" }));

const OF_EVERY_CALL = [...read("error_reason.proto").matchAll(/((?: {2}\/\/.*\n)+) {2}ERROR_REASON_(\w+) =/g)]
  .filter(([, comment]) => sentence(comment).includes("Every call may fail so."))
  .map(([, , reason = ""]) => reason);

/** Whether the contract says that this RPC may fail so. */
export function isListed(rpc: string, reason: string): boolean {
  const errors = ERROR_LISTS.find((listed) => listed.rpc === rpc)?.errors ?? "";
  return OF_EVERY_CALL.includes(reason) || errors.includes(`\`${reason}\``);
}
