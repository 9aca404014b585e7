import { existsSync } from "node:fs";
import { join } from "node:path";
import { must, ROOT, say } from "./say.mjs";
import { isFresh, markFresh } from "./stamp.mjs";

const INSTALLED = { stamp: "php-bridge/vendor/.clickbridge-stamp", inputs: ["php-bridge/composer.json"] };

/** `composer install` in php-bridge when vendor is missing or was made from another composer.json. */
export function composerInstallIfStale() {
  if (existsSync(join(ROOT, "php-bridge/vendor/autoload.php")) && isFresh(INSTALLED)) return;
  say("installing Composer packages for php-bridge");
  // Without a lock file in the tree an old one of this machine may stand against a new composer.json.
  const verb = existsSync(join(ROOT, "php-bridge/composer.lock")) ? "update" : "install";
  must("composer", [verb, "--working-dir=php-bridge", "--no-interaction", "--no-progress", "--quiet"], {
    COMPOSER_ALLOW_SUPERUSER: "1",
  });
  markFresh(INSTALLED);
}
