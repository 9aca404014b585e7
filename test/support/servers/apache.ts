import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { phpSettings } from "./php-settings.ts";
import { freePort } from "./ports.ts";
import { type Part, startPart } from "./process.ts";
import type { WebUser } from "./web-user.ts";

const WORKERS = 8;
const MODULES = "/usr/lib/apache2/modules";

/** Starts Apache prefork with mod_php on 127.0.0.1, as on a stock BitrixVM; resolves when it takes connections. */
export async function startApache(
  siteFolder: string,
  root: string,
  user: WebUser | undefined,
): Promise<{ readonly part: Part; readonly port: number }> {
  const folder = join(siteFolder, "apache");
  mkdirSync(folder);
  const port = await freePort();
  const config = join(folder, "httpd.conf");
  const php = phpSettings(siteFolder).map(([name, value]) => `php_admin_value ${name} "${value}"`);
  writeFileSync(
    config,
    `ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${join(folder, "httpd.pid")}
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
# Our pipe is a socket, which cannot be opened by name.
ErrorLog "|/bin/cat"
LogLevel notice
LoadModule mpm_prefork_module ${MODULES}/mod_mpm_prefork.so
LoadModule authz_core_module ${MODULES}/mod_authz_core.so
LoadModule dir_module ${MODULES}/mod_dir.so
LoadModule mime_module ${MODULES}/mod_mime.so
LoadModule php_module ${MODULES}/${modPhp()}
${user === undefined ? "" : `User ${user.name}\nGroup ${user.name}`}
StartServers ${WORKERS}
MinSpareServers 1
MaxSpareServers ${WORKERS}
ServerLimit ${WORKERS}
MaxRequestWorkers ${WORKERS}
TypesConfig /etc/mime.types
DirectoryIndex index.php
DocumentRoot ${root}
<Directory ${root}>
  Options FollowSymLinks
  AllowOverride All
  Require all granted
</Directory>
<LocationMatch "^/bitrix/tools/clickbridge/">
  LimitRequestBody 65536
</LocationMatch>
<FilesMatch "\\.php$">
  SetHandler application/x-httpd-php
</FilesMatch>
${php.join("\n")}
`,
  );
  const part = await startPart("apache2", "/usr/sbin/apache2", ["-f", config, "-DFOREGROUND"]);
  await part.line(/resuming normal operations/);
  return { part, port };
}

function modPhp(): string {
  const newest = readdirSync(MODULES)
    .filter((name) => /^libphp.*\.so$/.test(name))
    .sort()
    .at(-1);
  if (newest === undefined) throw new Error(`No mod_php in ${MODULES}`);
  return newest;
}
