import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { installDebianPackages } from "./apt.mjs";
import { PATH, ROOT, refuse } from "./say.mjs";
import { unpackDebianPackages } from "./unpack.mjs";

const PHP_EXTENSIONS = ["curl", "mbstring", "mysqli", "dom"];

/** Where Debian's galera-4 puts it; test/support/servers/galera.ts names it too. */
const GALERA_PROVIDER = "/usr/lib/galera/libgalera_smm.so";

/**
 * Each program: how to see that it is there, what to call it to a person, and the Debian packages that bring it.
 * The -core and -bin packages hold the same servers as the full ones, without a system service that would start.
 */
const PROGRAMS = {
  mariadb: {
    name: "MariaDB server (mariadbd, mariadb-install-db)",
    there: () => onPath("mariadbd") && onPath("mariadb-install-db") && onPath("my_print_defaults"),
    packages: ["mariadb-server-core", "mariadb-client-core"],
  },
  galera: {
    name: "MariaDB with Galera (libgalera_smm.so, wsrep_sst_rsync, rsync)",
    there: () => existsSync(GALERA_PROVIDER) && onPath("wsrep_sst_rsync") && onPath("rsync"),
    // The transfer of a state between nodes is a script of the full package. Its system service is kept from starting, as every other.
    packages: ["galera-4", "mariadb-server", "rsync"],
  },
  php: {
    name: "PHP CLI 8.1 or newer with curl, mbstring, xml and mysql",
    there: () => onPath("php") && phpHasExtensions(),
    packages: ["php-cli", "php-curl", "php-mbstring", "php-xml", "php-mysql"],
  },
  "php-fpm": { name: "PHP FPM", there: () => onPathLike(/^php-fpm[\d.]*$/), packages: ["php-fpm"] },
  nginx: { name: "nginx", there: () => onPath("nginx"), packages: ["nginx"] },
  composer: {
    name: "Composer, with unzip",
    there: () => onPath("composer") && onPath("unzip"),
    packages: ["composer", "unzip"],
  },
  curl: { name: "curl", there: () => onPath("curl"), packages: ["curl"] },
  protoc: { name: "protoc", there: () => onPath("protoc"), packages: ["protobuf-compiler"] },
  // Debian's Python, whatever another one is first on the PATH; test/support/service/python.ts names both files too.
  python: {
    name: "Python 3 with grpc and protobuf, and protoc's plugin for it",
    there: () => existsSync("/usr/bin/grpc_python_plugin") && pythonHasGrpc(),
    packages: ["python3-grpcio", "python3-protobuf", "protobuf-compiler-grpc"],
  },
  apache: {
    name: "Apache 2 with mod_php",
    there: () => onPath("apache2") && readable("/usr/lib/apache2/modules").some((file) => /^libphp.*\.so$/.test(file)),
    packages: ["apache2-bin", "libapache2-mod-php"],
  },
  chromium: { name: "Chromium", there: () => onPath("chromium"), packages: ["chromium"] },
};

/** Programs that no release of the machine's has, or that would push one of its own out: unpacked into the checkout. */
const UNPACKED = {
  // test/support/servers/mysql.ts starts it from there, with its own loader and libraries.
  mysql: { name: "MySQL 9 server", into: "var/mysql", suite: "unstable", packages: ["mysql-server-core"] },
};

/** Sees to it that the named programs are on the machine, or ends with the list of those that are not. */
export function provide(names) {
  for (const name of names.filter((name) => name in UNPACKED)) unpack(UNPACKED[name]);
  const missing = names
    .filter((name) => name in PROGRAMS)
    .map((name) => PROGRAMS[name])
    .filter((program) => !program.there());
  if (missing.length === 0) return;
  const wanted = missing.map((program) => program.name).join("; ");
  const packages = missing.flatMap((program) => program.packages);
  const reason = whyNoApt();
  if (reason !== undefined) {
    refuse(
      `These programs are needed and missing: ${wanted}. ${reason} On Debian 12 they are in: ${packages.join(" ")}`,
    );
  }
  installDebianPackages(packages);
  const still = missing.filter((program) => !program.there()).map((program) => program.name);
  if (still.length > 0)
    refuse(`apt-get installed ${packages.join(" ")}, but these are still missing: ${still.join("; ")}`);
}

function unpack(program) {
  if (existsSync(join(ROOT, program.into))) return;
  if (!onPath("apt-get") || !onPath("dpkg-deb")) {
    refuse(`${program.name} comes from Debian's ${program.suite}, and this machine has no apt-get to fetch it with.`);
  }
  unpackDebianPackages(program);
}

function whyNoApt() {
  if (!onPath("apt-get")) return "This machine has no apt-get to install them with.";
  if (process.getuid?.() !== 0) return "Only root may install them.";
  return undefined;
}

function onPath(program) {
  return PATH.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      // Not in this folder; another may have it.
      return false;
    }
  });
}

function onPathLike(pattern) {
  return PATH.split(delimiter).some((folder) => readable(folder).some((file) => pattern.test(file)));
}

function readable(folder) {
  try {
    return readdirSync(folder);
  } catch {
    // A PATH may name folders that are not there.
    return [];
  }
}

function pythonHasGrpc() {
  return spawnSync("/usr/bin/python3", ["-c", "import grpc, google.protobuf"], { stdio: "ignore" }).status === 0;
}

function phpHasExtensions() {
  const check = `foreach (${JSON.stringify(PHP_EXTENSIONS)} as $e) { extension_loaded($e) || exit(1); } exit(PHP_VERSION_ID < 80100 ? 1 : 0);`;
  return spawnSync("php", ["-r", check], { env: { ...process.env, PATH }, stdio: "ignore" }).status === 0;
}
