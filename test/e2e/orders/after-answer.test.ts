import { readFileSync, writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newClickId, signedCallback } from "../../support/click/click.ts";
import { formOf, type ShopSite, startShopSite, WORLDS, type World } from "../../support/shop/shop-site.ts";
import { until } from "../../support/until.ts";

/** What Bitrix still has to do once Click has its answer. */
describe.each(Object.keys(WORLDS) as World[])("after a Complete behind nginx and %s", (world) => {
  let fixture: ShopSite;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "clickbridge-after-"));
    // The web user writes into it.
    await chmod(folder, 0o777);
    fixture = await startShopSite(world);
    writeFileSync(join(fixture.site.root, "bitrix/php_interface/init.php"), putOffToTheEnd(join(folder, "done")));
  });
  afterAll(async () => {
    await fixture?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const done = (orderId: number): string => {
    try {
      return readFileSync(join(folder, `done-${orderId}`), "utf8");
    } catch {
      return "";
    }
  };

  test.each([
    ["our own address", () => [fixture.site.prepareUrl, fixture.site.completeUrl] as const],
    ["Bitrix's result page", () => [fixture.resultPage("prepare"), fixture.resultPage("complete")] as const],
  ])("at %s, what the shop's modules put off to the end of the page is done, and PHP logs nothing", async (_, urls) => {
    const [prepareUrl, completeUrl] = urls();
    const order = await fixture.shop.addOrder();
    const payment = { merchantTransId: order.number, clickTransId: newClickId() };
    const prepared = await fixture.post(prepareUrl, formOf(signedCallback({ action: "0", ...payment })));
    const merchantPrepareId = String(prepared.json["merchant_prepare_id"]);

    const completed = await fixture.post(
      completeUrl,
      formOf(signedCallback({ action: "1", ...payment, merchantPrepareId })),
    );
    await until("the work put off was not done", async () => done(order.orderId) !== "");

    expect(completed.json["error"]).toBe(0);
    expect(done(order.orderId)).toBe("paid\n");
    expect(fixture.site.logs().php).toBe("");
  });
});

/** An init.php whose handler of a paid order leaves its work to the end of the page, as mail and 1C modules do. */
function putOffToTheEnd(path: string): string {
  return `<?php
Bitrix\\Main\\EventManager::getInstance()->addEventHandler('sale', 'OnSaleOrderPaid', static function ($event) {
    $orderId = $event->getParameter('ENTITY')->getId();
    Bitrix\\Main\\Application::getInstance()->addBackgroundJob(static function () use ($orderId) {
        file_put_contents("${path}-$orderId", "paid\\n", FILE_APPEND);
    });
});
`;
}
