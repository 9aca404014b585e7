import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startMariadb } from "../support/servers/mariadb.ts";
import { createShop } from "../support/shop/shop.ts";
import { type Figure, printReport, type Report } from "./figures.ts";
import { measureGrpc } from "./measure-grpc.ts";
import { measureHttp } from "./measure-http.ts";
import { measureService } from "./measure-service.ts";
import { OrderStock } from "./orders.ts";
import { judgeTargets } from "./targets.ts";

/** Enough to see that everything runs; the figures mean little. */
const QUICK_SCALE = 0.1;

const { values } = parseArgs({
  options: { json: { type: "string" }, quick: { type: "boolean", default: false } },
});

const report = await measure(values.quick);
console.log(printReport(report));
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);

/** Everything on one durable MariaDB of our own; each figure beside its floor, in the same minute. */
async function measure(quick: boolean): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "clickbridge-bench-"));
  const mariadb = await startMariadb();
  process.env["CLICKBRIDGE_TEST_DATABASE_URL"] = mariadb.url("");
  try {
    const shop = await createShop();
    const bench = {
      shop,
      databasePid: mariadb.part.pid,
      stock: new OrderStock(shop),
      folder,
      scale: quick ? QUICK_SCALE : 1,
    };
    const figures: Figure[] = [];
    for (const part of [measureService, measureGrpc, measureHttp]) {
      const measured = await part(bench);
      for (const { name } of measured) console.error(`measured ${name}`);
      figures.push(...measured);
    }
    await shop.stop();
    return { figures, targets: judgeTargets(figures) };
  } finally {
    await mariadb.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
