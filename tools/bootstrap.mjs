// Makes a fresh machine able to run one command of this repository, then runs it on the Node of the dev dependencies.
// Plain JavaScript without dependencies: it runs on the machine's own Node, before anything is installed.
import { buildIfStale, generate, generateIfStale } from "./bootstrap/artefacts.mjs";
import { composerInstallIfStale } from "./bootstrap/composer.mjs";
import { npmInstallIfStale } from "./bootstrap/npm.mjs";
import { provide } from "./bootstrap/programs.mjs";
import { run } from "./bootstrap/run.mjs";
import { refuse } from "./bootstrap/say.mjs";
import { needsOfTests } from "./bootstrap/test-projects.mjs";

const OLDEST_NODE_MAJOR = 20;

const [what, ...args] = process.argv.slice(2);

const SHOP = ["mariadb", "php", "php-fpm", "nginx", "composer"];

const QUICK = ["--project", "quick"];

/** What each command needs on the machine, what it needs made, and what it runs. */
const COMMANDS = {
  demo: { programs: SHOP, php: "shop", dist: true, script: "tools/demo/main.ts" },
  test: { ...needsOfTests(args), script: "tools/test.ts" },
  "test:quick": { ...needsOfTests(QUICK), script: "tools/test.ts", args: QUICK },
  "test:mysql": { programs: ["mysql", "protoc", "python"], dist: true, script: "tools/test-mysql.ts" },
  "test:galera": {
    programs: ["mariadb", "galera"],
    script: "tools/test.ts",
    args: ["--config", "vitest.galera.config.ts"],
  },
  bench: { programs: [...SHOP, "apache"], php: "shop", dist: true, script: "test/bench/main.ts" },
  check: { programs: ["php", "composer", "protoc"], php: "tools", script: "tools/check.ts" },
  generate: { programs: ["protoc"], make: generate },
  build: { programs: [], dist: true },
  "package:bitrix": { programs: ["php", "composer"], php: "shop", script: "tools/package/main.ts" },
};

const command = COMMANDS[what];
if (command === undefined) refuse(`Say one of: ${Object.keys(COMMANDS).join(", ")}`);
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE_MAJOR) {
  refuse(`Node ${OLDEST_NODE_MAJOR} or newer is needed to begin; this is ${process.version}.`);
}

// A server given by its URL makes one of our own needless.
const ownDatabase = (process.env.CLICKBRIDGE_DATABASE_URL ?? "") === "";
provide(command.programs.filter((program) => program !== "mariadb" || ownDatabase));
npmInstallIfStale();
if (command.make !== undefined) command.make();
else generateIfStale();
if (command.php !== undefined) composerInstallIfStale({ tools: command.php === "tools" });
if (command.dist === true) buildIfStale();
if (command.script !== undefined) run(command.script, [...(command.args ?? []), ...args]);
