import { existsSync } from "node:fs";
import { join } from "node:path";
import { must, ROOT, say } from "./say.mjs";
import { isFresh, markFresh } from "./stamp.mjs";

/** What a shop has, and apart from it what only tests and the gate need. */
const SHOP = "php-bridge";
const TOOLS = "test/php";

/** `composer install` where vendor is missing or was made from another composer.json. */
export function composerInstallIfStale({ tools }) {
  for (const folder of tools ? [SHOP, TOOLS] : [SHOP]) installIfStale(folder);
}

function installIfStale(folder) {
  const installed = { stamp: `${folder}/vendor/.clickbridge-stamp`, inputs: [`${folder}/composer.json`] };
  if (existsSync(join(ROOT, folder, "vendor/autoload.php")) && isFresh(installed)) return;
  say(`installing Composer packages for ${folder}`);
  // Without a lock file in the tree an old one of this machine may stand against a new composer.json.
  const verb = existsSync(join(ROOT, folder, "composer.lock")) ? "update" : "install";
  must("composer", [verb, `--working-dir=${folder}`, "--no-interaction", "--no-progress", "--quiet"], {
    COMPOSER_ALLOW_SUPERUSER: "1",
  });
  markFresh(installed);
}
