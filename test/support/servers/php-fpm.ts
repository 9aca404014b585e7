import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { phpSettings } from "./php-settings.ts";
import { type Part, startPart } from "./process.ts";
import type { WebUser } from "./web-user.ts";

const WORKERS = 8;
const SERVER_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];

/** Starts php-fpm on a socket in `folder`; resolves when it takes connections. */
export async function startPhpFpm(
  folder: string,
  user: WebUser | undefined,
): Promise<{ readonly part: Part; readonly socketPath: string }> {
  const socketPath = join(folder, "php-fpm.sock");
  const config = join(folder, "php-fpm.conf");
  writeFileSync(
    config,
    `[global]
daemonize = no
error_log = ${join(folder, "php-fpm.log")}
[shop]
${user === undefined ? "" : `user = ${user.name}\ngroup = ${user.name}`}
listen = ${socketPath}
listen.mode = 0666
pm = static
pm.max_children = ${WORKERS}
catch_workers_output = yes
decorate_workers_output = no
${phpSettings(folder)
  .map(([name, value]) => `php_admin_value[${name}] = ${value}`)
  .join("\n")}
`,
  );
  const part = await startPart("php-fpm", fpmProgram(), ["--nodaemonize", "--force-stderr", "--fpm-config", config]);
  await part.line(/ready to handle connections/);
  return { part, socketPath };
}

/** Debian names the program after its PHP version: the newest that is there. */
function fpmProgram(): string {
  for (const folder of SERVER_FOLDERS) {
    const found = readdirSync(folder).filter((name) => /^php-fpm[\d.]*$/.test(name));
    const newest = found.sort().at(-1);
    if (newest !== undefined) return join(folder, newest);
  }
  throw new Error(`No php-fpm in ${SERVER_FOLDERS.join(" or ")}`);
}
