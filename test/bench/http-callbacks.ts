import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Agent } from "undici";
import { newClickId, signedCallback } from "../support/click/click.ts";
import { SERVICE } from "../support/shop/shop.ts";
import { formOf } from "../support/shop/shop-site.ts";
import type { Site } from "../support/shop/site.ts";
import { type Load, type LoadOptions, runLoad } from "./load.ts";
import { ORDER_AMOUNT, type OrderStock } from "./orders.ts";

/** Our own two calls, apart, through the whole module. */
export async function httpCallbacks(
  site: Site,
  stock: OrderStock,
  options: LoadOptions,
): Promise<{ prepare: Load; complete: Load }> {
  const orders = await stock.take(options.count);
  const prepareIds: string[] = [];
  const clickTransIds = orders.map(() => newClickId());
  const fields = (index: number) => ({
    merchantTransId: orders[index]?.number ?? "",
    clickTransId: clickTransIds[index] ?? "",
    amount: ORDER_AMOUNT,
  });
  return withPosts(options.inFlight, async (post) => {
    const prepare = await runLoad(options, async (index) => {
      const answer = await post(site.prepareUrl, formOf(signedCallback({ action: "0", ...fields(index) })));
      prepareIds[index] = String(answer["merchant_prepare_id"]);
    });
    const complete = await runLoad(options, async (index) => {
      const merchantPrepareId = prepareIds[index] ?? "";
      await post(site.completeUrl, formOf(signedCallback({ action: "1", ...fields(index), merchantPrepareId })));
    });
    return { prepare, complete };
  });
}

/** An empty script: what the web server and PHP take before anybody's first line. */
export function emptyScript(site: Site, options: LoadOptions): Promise<Load> {
  writeFileSync(
    join(site.root, "empty.php"),
    '<?php header("Content-Type: application/json"); echo \'{"error":0}\';\n',
  );
  return withPosts(options.inFlight, (post) =>
    runLoad(options, async () => {
      await post(`${site.url}/empty.php`, formOf(signedCallback({ action: "0", merchantTransId: "B-1" })));
    }),
  );
}

/** The hand-written script that stands for the shortest way to do it in PHP alone. */
export function pdoScript(site: Site, databaseUrl: string, options: LoadOptions): Promise<Load> {
  const url = new URL(databaseUrl);
  const script = readFileSync(new URL("floor.php", import.meta.url), "utf8")
    .replace("FLOOR_SECRET", SERVICE.secretKey)
    .replace("FLOOR_SOCKET", url.searchParams.get("socketPath") ?? "")
    .replace("FLOOR_DATABASE", url.pathname.slice(1));
  writeFileSync(join(site.root, "floor.php"), script);
  return withPosts(options.inFlight, (post) =>
    runLoad(options, async (index) => {
      const merchantTransId = `B-${index + 1}`;
      await post(
        `${site.url}/floor.php`,
        formOf(signedCallback({ action: "0", merchantTransId, amount: ORDER_AMOUNT })),
      );
    }),
  );
}

/** The middle time of each stage of a Prepare inside PHP, in milliseconds. */
export function prepareStages(site: Site, stock: OrderStock, count: number): Promise<ReadonlyMap<string, number>> {
  const bridge = dirname(dirname(realpathSync(join(site.root, "bitrix/tools/clickbridge/callback.php"))));
  const script = readFileSync(new URL("stages.php", import.meta.url), "utf8").replace("BRIDGE", bridge);
  writeFileSync(join(site.root, "stages.php"), script);
  return withPosts(1, async (post) => {
    const times = new Map<string, number[]>();
    for (const { number } of await stock.take(count)) {
      const callback = signedCallback({ action: "0", merchantTransId: number, amount: ORDER_AMOUNT });
      const { stages } = (await post(`${site.url}/stages.php`, formOf(callback))) as { stages: Record<string, number> };
      for (const [stage, us] of Object.entries(stages)) times.set(stage, [...(times.get(stage) ?? []), us / 1_000]);
    }
    return new Map([...times].map(([stage, list]) => [stage, list.sort((a, b) => a - b)[list.length >> 1] ?? 0]));
  });
}

type Post = (url: string, body: string) => Promise<Record<string, unknown>>;

async function withPosts<T>(connections: number, work: (post: Post) => Promise<T>): Promise<T> {
  const agent = new Agent({ connections, pipelining: 1 });
  try {
    return await work(async (url, body) => {
      const { origin, pathname, search } = new URL(url);
      const { statusCode, body: answer } = await agent.request({
        origin,
        path: pathname + search,
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body,
      });
      const text = await answer.text();
      const json = JSON.parse(text) as Record<string, unknown>;
      if (statusCode !== 200 || json["error"] !== 0) throw new Error(`${url} answered ${statusCode} ${text}`);
      return json;
    });
  } finally {
    await agent.close();
  }
}
