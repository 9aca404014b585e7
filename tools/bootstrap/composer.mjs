import { existsSync } from "node:fs";
import { join } from "node:path";
import { must, ROOT, say } from "./say.mjs";
import { isFresh, markFresh } from "./stamp.mjs";

const INPUTS = ["php-bridge/composer.json"];
const WITH_DEV = { stamp: "php-bridge/vendor/.clickbridge-stamp-dev", inputs: INPUTS };
const WITHOUT_DEV = { stamp: "php-bridge/vendor/.clickbridge-stamp", inputs: INPUTS };

/**
 * `composer install` in php-bridge when vendor is missing or was made from another composer.json. What only tests and the gate
 * need is left out unless `dev` is asked for.
 */
export function composerInstallIfStale({ dev }) {
  const isThere = existsSync(join(ROOT, "php-bridge/vendor/autoload.php"));
  if (isThere && (isFresh(WITH_DEV) || (!dev && isFresh(WITHOUT_DEV)))) return;
  say(`installing Composer packages for php-bridge${dev ? ", those for tests too" : ""}`);
  // Without a lock file in the tree an old one of this machine may stand against a new composer.json.
  const verb = existsSync(join(ROOT, "php-bridge/composer.lock")) ? "update" : "install";
  const options = [
    "--working-dir=php-bridge",
    "--no-interaction",
    "--no-progress",
    "--quiet",
    ...(dev ? [] : ["--no-dev"]),
  ];
  must("composer", [verb, ...options], { COMPOSER_ALLOW_SUPERUSER: "1" });
  markFresh(dev ? WITH_DEV : WITHOUT_DEV);
}
