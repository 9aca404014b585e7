import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Agent, request } from "undici";
import { newClickId, signedCallback } from "../click/click.ts";
import { startTestService, type TestService } from "../service/service.ts";
import { makeServiceSocket } from "../service/service-socket.ts";
import { createShop, type Shop, type ShopOrder } from "./shop.ts";
import { type Site, type SiteOptions, startApacheSite, startFpmSite } from "./site.ts";

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
  /** Prepares a new payment of Click's for an order; gives what its Complete has to say. */
  prepared(order: ShopOrder): Promise<PreparedPayment>;
  /** Bitrix's own page for callbacks, for this shop's pay system. */
  resultPage(route: "prepare" | "complete"): string;
  isPaid(paymentId: number): Promise<boolean>;
  /** Runs the agent once in a process of its own, as Bitrix's cron does; gives what it prints. */
  runAgent(): Promise<string>;
  /** Runs a script below the document root at a terminal; gives what it prints, and rejects when it ends with another code than 0. */
  runScript(path: string, ...args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface PreparedPayment {
  readonly merchantTransId: string;
  readonly clickTransId: string;
  readonly merchantPrepareId: string;
}

const CONNECTIONS_MAX = 64;

/** Never the waiting kind: the service runs in this process. */
const run = promisify(execFile);

export async function startShopSite(
  world: World,
  options: Partial<Pick<SiteOptions, "bridge" | "kernel" | "module">> & {
    /** Of the service. */
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<ShopSite> {
  const socket = await makeServiceSocket("clickbridge-shop-");
  const shop = await createShop();
  const service = await startTestService({ databaseUrl: shop.url, env: { ...socket.env, ...options.env } });
  const site = await WORLDS[world]({
    databaseUrl: shop.url,
    bridge: { addresses: [socket.address], token: "", apply: "after_answer", ...options.bridge },
    ...(options.kernel === undefined ? {} : { kernel: options.kernel }),
    ...(options.module === undefined ? {} : { module: options.module }),
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
  const callback: ShopSite["callback"] = (route, fields) => {
    const signed = signedCallback({ action: route === "prepare" ? "0" : "1", ...fields } as Parameters<
      typeof signedCallback
    >[0]);
    return post(route === "prepare" ? site.prepareUrl : site.completeUrl, formOf(signed));
  };
  return {
    shop,
    service,
    site,
    post,
    callback,
    prepared: async (order) => {
      const payment = { merchantTransId: order.number, clickTransId: newClickId() };
      const { json } = await callback("prepare", payment);
      return { ...payment, merchantPrepareId: String(json["merchant_prepare_id"]) };
    },
    resultPage: (route) =>
      `${site.url}/bitrix/tools/sale_ps_result.php?BX_HANDLER=CLICKBRIDGE&BX_PAYSYSTEM_CODE=${shop.paySystemId}&route=${route}`,
    isPaid: async (paymentId) => {
      const [row] = await shop.query("SELECT PAID FROM b_sale_order_payment WHERE ID = ?", [paymentId]);
      return row?.["PAID"] === "Y";
    },
    runAgent: async () => {
      const script = join(site.root, "bitrix/modules/main/tools/run_agent.php");
      return (await run("php", [script, site.root, "\\ClickBridge\\Order\\CatchUp::run();"])).stdout;
    },
    runScript: async (path, ...args) => (await run("php", [join(site.root, path), ...args])).stdout,
    stop: async () => {
      await agent.close();
      await site.stop();
      await service.stop();
      await shop.stop();
      await socket.remove();
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
