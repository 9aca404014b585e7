import { type Site, startApacheSite, startFpmSite } from "../support/shop/site.ts";
import { type Bench, IN_FLIGHT } from "./bench.ts";
import type { Figure } from "./figures.ts";
import { emptyScript, httpCallbacks, pdoScript, prepareStages } from "./http-callbacks.ts";
import type { Load } from "./load.ts";
import type { OrderStock } from "./orders.ts";
import { startServiceProcess } from "./service-process.ts";

const CALLBACKS: Readonly<Record<number, number>> = { 1: 400, 16: 1_200, 64: 1_200 };
const WARM_UP_CALLBACKS = 100;
const STAGE_CALLS = 100;

/**
 * (b) A callback through nginx and PHP, beside scripts that do less. Order updates are left to the agent (`apply` = agent), so that
 * both sides stop at their answer.
 */
export async function measureHttp({ shop, stock, scale }: Bench): Promise<readonly Figure[]> {
  const service = await startServiceProcess(shop.url);
  const site = { databaseUrl: shop.url, bridge: { addresses: [service.address], token: "", apply: "agent" } };
  const figures: Figure[] = [];
  try {
    for (const [world, start] of [
      ["php-fpm", startFpmSite],
      ["mod_php", startApacheSite],
    ] as const) {
      const running = await start(site);
      try {
        await httpCallbacks(running, stock, { inFlight: 8, count: WARM_UP_CALLBACKS });
        figures.push(...(await phpStages(world, running, stock)));
        for (const inFlight of IN_FLIGHT) {
          const options = { inFlight, count: Math.ceil((CALLBACKS[inFlight] ?? 0) * scale) };
          figures.push(...(await oneLevel(world, running, { shop, stock, options })));
        }
      } finally {
        await running.stop();
      }
    }
    return figures;
  } finally {
    await service.stop();
  }
}

type Level = Pick<Bench, "shop" | "stock"> & {
  readonly options: { readonly inFlight: number; readonly count: number };
};

async function oneLevel(world: string, site: Site, { shop, stock, options }: Level): Promise<Figure[]> {
  const { inFlight } = options;
  const empty = await emptyScript(site, options);
  const pdo = await pdoScript(site, shop.url, options);
  const { prepare, complete } = await httpCallbacks(site, stock, options);
  const ratios = (load: Load) => ({ "p50/pdo": load.p50Ms / pdo.p50Ms, "p50/empty": load.p50Ms / empty.p50Ms });
  return [
    { group: "b", name: `${world}: empty script`, inFlight, load: empty },
    { group: "b", name: `${world}: PDO script`, inFlight, load: pdo },
    { group: "b", name: `${world}: Prepare`, inFlight, load: prepare, ratios: ratios(prepare) },
    { group: "b", name: `${world}: Complete`, inFlight, load: complete, ratios: ratios(complete) },
  ];
}

/** One Prepare at a time, by its stages inside PHP. */
async function phpStages(world: string, site: Site, stock: OrderStock): Promise<Figure[]> {
  const stages = await prepareStages(site, stock, STAGE_CALLS);
  return [...stages].map(([stage, ms]) => ({ group: "b", name: `${world}: in PHP, ${stage}`, value: ms, unit: "ms" }));
}
