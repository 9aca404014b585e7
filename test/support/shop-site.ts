import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, request } from "undici";
import { signedCallback } from "./click.ts";
import { startTestService, type TestService } from "./service.ts";
import { createShop, type Shop } from "./shop.ts";
import { type Site, type SiteOptions, startApacheSite, startFpmSite } from "./site.ts";
import { webUser } from "./web-user.ts";

/** The two ways in which shops run PHP behind nginx. */
export const WORLDS = { "php-fpm": startFpmSite, mod_php: startApacheSite } as const;
export type World = keyof typeof WORLDS;

/** A whole shop: its database, the service, and the site before it. */
export interface ShopSite {
  readonly shop: Shop;
  readonly service: TestService;
  readonly site: Site;
  /** Posts one signed callback as Click does; gives the HTTP status, the raw body, and the body as JSON. */
  callback(
    route: "prepare" | "complete",
    options: Parameters<typeof signedCallback>[0] | Partial<Parameters<typeof signedCallback>[0]>,
  ): Promise<Reply>;
  post(url: string, body: string, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  stop(): Promise<void>;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly json: Readonly<Record<string, unknown>>;
}

const CONNECTIONS_MAX = 64;

export async function startShopSite(
  world: World,
  options: { readonly bridge?: SiteOptions["bridge"]; readonly kernel?: NonNullable<SiteOptions["kernel"]> } = {},
): Promise<ShopSite> {
  const folder = await mkdtemp(join(tmpdir(), "clickbridge-shop-"));
  // PHP's workers run as another user and must pass through to the socket.
  await chmod(folder, 0o711);
  const shop = await createShop();
  const user = webUser();
  const socket = `unix:${join(folder, "run/service.sock")}`;
  const service = await startTestService({
    databaseUrl: shop.url,
    env: { CLICKBRIDGE_LISTEN: socket, ...(user === undefined ? {} : { CLICKBRIDGE_SOCKET_GROUP: String(user.gid) }) },
  });
  const site = await WORLDS[world]({
    databaseUrl: shop.url,
    bridge: { addresses: [socket], token: "", apply: "after_answer", ...options.bridge },
    ...(options.kernel === undefined ? {} : { kernel: options.kernel }),
  });
  const agent = new Agent({ connections: CONNECTIONS_MAX });
  const post: ShopSite["post"] = async (
    url,
    body,
    headers = { "content-type": "application/x-www-form-urlencoded" },
  ) => {
    const response = await request(url, { method: "POST", dispatcher: agent, headers, body });
    const text = await response.body.text();
    return { status: response.statusCode, body: text, json: readJson(text) };
  };
  return {
    shop,
    service,
    site,
    post,
    callback: (route, fields) => {
      const callback = signedCallback({ action: route === "prepare" ? "0" : "1", ...fields } as Parameters<
        typeof signedCallback
      >[0]);
      return post(route === "prepare" ? site.prepareUrl : site.completeUrl, formOf(callback));
    },
    stop: async () => {
      await agent.close();
      await site.stop();
      await service.stop();
      await shop.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function readJson(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The form of a callback, its fields named as on Click's wire. */
export function formOf(callback: object): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(callback)) {
    if (value !== undefined)
      form.set(
        name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        String(value),
      );
  }
  return form.toString();
}
