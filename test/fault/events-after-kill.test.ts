import { expect, onTestFinished, test } from "vitest";
import { addEvent } from "../support/service/add-event.ts";
import { followEvents } from "../support/service/follow-events.ts";
import { startServiceProcess } from "../support/service/service-process.ts";
import { shopOfTest } from "../support/shop/shop.ts";

test("when the replica that numbers events is killed, another one goes on, and its watchers miss nothing", async () => {
  const shop = await shopOfTest();
  const first = await startServiceProcess(shop.url);
  onTestFinished(() => first.stop("SIGKILL"));
  await addEvent(shop.pool, 1);
  await followEvents(first.payments, {}).count(1);
  const [before] = await shop.query("SELECT holder FROM clickbridge_lease WHERE name = 'events'");
  const second = await startServiceProcess(shop.url);
  onTestFinished(() => second.stop());
  const watch = followEvents(second.payments, {});
  await watch.count(1);

  process.kill(first.part.pid, "SIGKILL");
  for (const name of [2, 3]) await addEvent(shop.pool, name);
  await watch.count(3);
  watch.cancel();

  const [after] = await shop.query("SELECT holder FROM clickbridge_lease WHERE name = 'events'");
  expect(watch.events.map((event) => [Number(event.seq), event.aggregateId])).toEqual([
    [1, "1"],
    [2, "2"],
    [3, "3"],
  ]);
  expect(after?.["holder"]).not.toBe(before?.["holder"]);
});
