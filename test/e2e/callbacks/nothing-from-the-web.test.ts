import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bitrixModule } from "../../../tools/package/bitrix-module.ts";
import { type ShopSite, startShopSite, WORLDS, type World } from "../../support/shop/shop-site.ts";

const MODULE = "local/modules/clickbridge.payment";
/** Where the installer's copies are; its pages below /bitrix/tools are meant to be asked. */
const HANDLER = "bitrix/php_interface/include/sale_payment/clickbridge";
/** A form that would do something if anybody read it. */
const FORM = new URLSearchParams({
  ...{ action: "0", click_trans_id: "1", amount: "1", merchant_trans_id: "1" },
  ...{
    save: "1",
    check: "1",
    repair: "1",
    addresses: "unix:/x",
    apply: "agent",
    install: "Y",
    uninstall: "Y",
    step: "2",
  },
});

describe.each(Object.keys(WORLDS) as World[])("behind nginx and %s, where /local/modules is served", (world) => {
  let fixture: ShopSite;
  beforeAll(async () => {
    fixture = await startShopSite(world, { module: { zip: bitrixModule().zip, folder: "local" } });
  });
  afterAll(() => fixture?.stop());

  const filesBelow = (folder: string): readonly string[] =>
    readdirSync(join(fixture.site.root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".php"))
      .map((name) => join(folder, name));

  test("every PHP file of the archive answers with nothing and does nothing", async () => {
    const files = filesBelow(MODULE);
    const before = await stateOf(fixture);
    const loud: string[] = [];
    for (const file of files.filter((name) => !basename(name).startsWith("."))) {
      for (const init of [{}, { method: "POST", body: FORM }]) {
        const response = await fetch(`${fixture.site.url}/${file}?route=prepare`, init);
        const body = await response.text();
        if (response.status !== 200 || body !== "") loud.push(`${file}: ${response.status} ${body.slice(0, 80)}`);
      }
    }

    expect(files.length).toBeGreaterThan(300);
    expect(loud).toEqual([]);
    expect(await stateOf(fixture)).toEqual(before);
    expect(fixture.site.logs().php).toBe("");
  });

  test("the files whose names nginx hides, and the copies in a folder that it denies, are as silent to PHP itself", () => {
    const hidden = [...filesBelow(MODULE).filter((name) => basename(name).startsWith(".")), ...filesBelow(HANDLER)];

    expect(hidden.length).toBeGreaterThan(6);
    for (const file of hidden) {
      const printed = execFileSync("php", ["-d", "display_errors=1", join(fixture.site.root, file)], {
        encoding: "utf8",
      });
      expect([file, printed]).toEqual([file, ""]);
    }
  });
});

/** All that a file could have changed: settings, agents, modules, and what the service recorded. */
async function stateOf({ shop, site }: ShopSite) {
  const settings = readFileSync(join(site.root, "bitrix/php_interface/clickbridge.php"), "utf8");
  const rows = await Promise.all(
    ["b_agent", "b_module", "b_module_to_module", "clickbridge_attempt"].map((table) =>
      shop.query(`SELECT * FROM ${table}`),
    ),
  );
  return { settings, rows };
}
