import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Part, startPart } from "./process.ts";
import type { WebUser } from "./web-user.ts";

export interface NginxOptions {
  readonly folder: string;
  readonly port: number;
  readonly root: string;
  readonly user: WebUser | undefined;
  /** Who runs the PHP: an FPM socket, or an Apache behind us. */
  readonly php: { readonly fpmSocket: string } | { readonly apachePort: number };
}

/** Starts nginx on 127.0.0.1 before a document root; resolves when it takes connections. */
export async function startNginx(options: NginxOptions): Promise<Part> {
  const folder = join(options.folder, "nginx");
  mkdirSync(folder);
  const config = join(folder, "nginx.conf");
  writeFileSync(config, configOf(folder, options));
  const part = await startPart("nginx", "/usr/sbin/nginx", ["-p", folder, "-c", config, "-e", "stderr"]);
  // The sockets listen before the first worker starts.
  await part.line(/start worker process/);
  return part;
}

function configOf(folder: string, { port, root, user, php }: NginxOptions): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `daemon off;
${user === undefined ? "" : `user ${user.name};`}
worker_processes 1;
pid ${join(folder, "nginx.pid")};
error_log stderr notice;
events { worker_connections 512; }
http {
  include /etc/nginx/mime.types;
  access_log off;
  charset utf-8;
  gzip on;
  gzip_proxied any;
  gzip_min_length 20;
  gzip_types text/plain text/css application/json;
  client_max_body_size 8m;
${temporary.map((name) => `  ${name}_temp_path ${join(folder, name)};`).join("\n")}
  server {
    listen 127.0.0.1:${port};
    server_name _;
    root ${root};
    index index.php;
    location = / { return 302 /shop/; }
    location ~* ^/bitrix/(modules|php_interface)/ { return 403; }
    location ~ /\\. { return 403; }
${phpLocation("^/bitrix/tools/clickbridge/[a-z]+\\.php$", php, "client_max_body_size 64k;")}
${phpLocation("\\.php$", php)}
  }
}
`;
}

/** The pages that Click calls take no large bodies, as php-bridge/README.md says: nginx refuses them before any PHP starts. */
function phpLocation(pattern: string, php: NginxOptions["php"], limits = ""): string {
  return `    location ~ ${pattern} {
      ${limits}
${"fpmSocket" in php ? toFpm(php.fpmSocket) : toApache(php.apachePort)}
    }`;
}

function toFpm(socket: string): string {
  return `      try_files $uri =404;
      include /etc/nginx/fastcgi_params;
      # Debian's file leaves the port out, and the shop's links with it.
      fastcgi_param HTTP_HOST $http_host;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_param DOCUMENT_ROOT $document_root;
      fastcgi_pass unix:${socket};`;
}

/** As BitrixVM does it: Apache on loopback, the customer's address in headers. */
function toApache(port: number): string {
  return `      proxy_set_header Host $http_host;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_pass http://127.0.0.1:${port};`;
}
