import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApache } from "../servers/apache.ts";
import { startNginx } from "../servers/nginx.ts";
import { startPhpFpm } from "../servers/php-fpm.ts";
import { phpErrorLog } from "../servers/php-settings.ts";
import { freePort } from "../servers/ports.ts";
import type { Part } from "../servers/process.ts";
import { giveToWeb, type WebUser, webUser } from "../servers/web-user.ts";
import { buildDocumentRoot, type DocumentRootOptions } from "./document-root.ts";

export interface SiteOptions extends DocumentRootOptions {
  /** nginx's port on 127.0.0.1; a free one by default. */
  readonly port?: number;
}

/** A stand-in shop behind real web servers. */
export interface Site {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** The two addresses for Click's cabinet. */
  readonly prepareUrl: string;
  readonly completeUrl: string;
  /** The document root, for tests that add a file to it. */
  readonly root: string;
  readonly parts: readonly Part[];
  /** What PHP and the servers have logged: nothing of note in a sound run. */
  logs(): { readonly php: string; readonly servers: string };
  /** Stops the servers by their own pids and removes the folder. */
  stop(): Promise<void>;
}

/** nginx → php-fpm. */
export function startFpmSite(options: SiteOptions): Promise<Site> {
  return startSite(options, async (folder, _root, user) => {
    const { part, socketPath } = await startPhpFpm(folder, user);
    return { part, php: { fpmSocket: socketPath } };
  });
}

/** nginx → Apache prefork with mod_php, as on a stock BitrixVM. */
export function startApacheSite(options: SiteOptions): Promise<Site> {
  return startSite(options, async (folder, root, user) => {
    const { part, port } = await startApache(folder, root, user);
    return { part, php: { apachePort: port } };
  });
}

type StartPhp = (
  folder: string,
  root: string,
  user: WebUser | undefined,
) => Promise<{ readonly part: Part; readonly php: { fpmSocket: string } | { apachePort: number } }>;

async function startSite(options: SiteOptions, startPhp: StartPhp): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), "clickbridge-site-"));
  // The servers' workers are another user and must pass through.
  chmodSync(folder, 0o755);
  const user = webUser();
  const parts: Part[] = [];
  const serverLog: string[] = [];
  const add = (part: Part): void => {
    parts.push(part);
    part.onLine((line) => serverLog.push(`${part.name}: ${line}`));
  };
  const stop = async (): Promise<void> => {
    for (const part of [...parts].reverse()) await part.stop("SIGTERM");
    await rm(folder, { recursive: true, force: true });
  };
  try {
    writeFileSync(phpErrorLog(folder), "");
    giveToWeb(phpErrorLog(folder), user);
    const root = buildDocumentRoot(folder, options, user);
    const { part, php } = await startPhp(folder, root, user);
    add(part);
    const port = options.port ?? (await freePort());
    add(await startNginx({ folder, port, root, user, php }));
    const url = `http://127.0.0.1:${port}`;
    return {
      url,
      prepareUrl: `${url}/bitrix/tools/clickbridge/callback.php?route=prepare`,
      completeUrl: `${url}/bitrix/tools/clickbridge/callback.php?route=complete`,
      root,
      parts,
      logs: () => ({ php: readFileSync(phpErrorLog(folder), "utf8"), servers: serverLog.join("\n") }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
