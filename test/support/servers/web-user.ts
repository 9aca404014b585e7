import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Who the web servers' workers run as. */
export interface WebUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const DEBIAN_WEB_USER = "www-data";

/** Debian's web user when we are root, as in a shop. Else undefined: the workers run as we do. */
export function webUser(): WebUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync("id", [flag, DEBIAN_WEB_USER], { encoding: "utf8" }));
  return { name: DEBIAN_WEB_USER, uid: id("-u"), gid: id("-g") };
}

/** Gives a file to the web user alone, readable for the owner and the group. */
export function giveToWeb(path: string, user: WebUser | undefined, mode = 0o640): void {
  if (user !== undefined) chownSync(path, user.uid, user.gid);
  chmodSync(path, mode);
}

/** Whether another user can reach what lies in this folder: every folder above must let others through. */
export function reachableByOthers(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const othersMayPass = (statSync(folder).mode & 0o005) === 0o005;
  const parent = dirname(folder);
  return othersMayPass && (parent === folder || reachableByOthers(parent));
}
