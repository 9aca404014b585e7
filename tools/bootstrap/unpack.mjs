import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, output, ROOT, refuse, say } from "./say.mjs";

const DEBIAN = "http://deb.debian.org/debian/";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Unpacks packages of a Debian release that is not this machine's, with every library that they need, into a folder of the checkout.
 * Nothing is installed: apt works with lists, a cache and a list of installed packages (an empty one) of its own, and checks the
 * archive's signature with Debian's keyring as it always does. The libraries are newer than the machine's, the loader among them.
 */
export function unpackDebianPackages({ into, suite, packages }) {
  say(`unpacking ${packages.join(" ")} of Debian ${suite} into ${into}`);
  const folder = join(ROOT, into);
  // Made aside, and moved when it is whole: a run that was killed leaves nothing that looks ready.
  const work = `${folder}.part`;
  rmSync(work, { recursive: true, force: true });
  for (const name of ["lists/partial", "cache/archives/partial", "sources", "root"]) {
    mkdirSync(join(work, name), { recursive: true });
  }
  const settings = aptSettings(work, suite);
  inApt(settings, ["update", "--quiet"]);
  inApt(settings, ["install", "--download-only", "--yes", "--quiet", "--no-install-recommends", ...packages]);
  const archives = join(work, "cache/archives");
  for (const file of readdirSync(archives).filter((name) => name.endsWith(".deb"))) {
    const failure = attempt("dpkg-deb", ["--extract", join(archives, file), join(work, "root")]);
    if (failure !== undefined) refuse(`dpkg-deb could not unpack ${file}:\n${failure}`);
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(join(work, "root"), folder);
  rmSync(work, { recursive: true, force: true });
}

function inApt(settings, args) {
  const failure = attempt("apt-get", args, { APT_CONFIG: settings });
  if (failure !== undefined) refuse(`apt-get ${args.join(" ")} failed:\n${failure}`);
}

/** The machine's own mirror, and everything else apart from the machine's. */
function aptSettings(work, suite) {
  writeFileSync(join(work, "status"), "");
  writeFileSync(
    join(work, "sources/debian.sources"),
    `Types: deb\nURIs: ${mirror()}\nSuites: ${suite}\nComponents: main\nSigned-By: ${KEYRING}\n`,
  );
  const settings = join(work, "apt.conf");
  writeFileSync(
    settings,
    [
      'Dir::Etc::SourceList "/dev/null";',
      `Dir::Etc::SourceParts "${join(work, "sources")}";`,
      'Dir::Etc::Preferences "/dev/null";',
      'Dir::Etc::PreferencesParts "/dev/null";',
      `Dir::State "${work}";`,
      `Dir::State::Lists "${join(work, "lists")}";`,
      `Dir::State::status "${join(work, "status")}";`,
      `Dir::Cache "${join(work, "cache")}";`,
      // A mirror may be a copy of some day; the signature is checked all the same.
      'Acquire::Check-Valid-Until "false";',
      'Acquire::Languages "none";',
      // Downloaded files belong to whoever runs this; apt's own user cannot enter a private checkout.
      'APT::Sandbox::User "";',
      "",
    ].join("\n"),
  );
  return settings;
}

function mirror() {
  if (!existsSync(KEYRING)) refuse(`${KEYRING} is missing: it is in the package debian-archive-keyring.`);
  const configured = output("apt-get", ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]);
  return configured.split("\n").find((uri) => /^https?:.*\/debian\/?$/.test(uri)) ?? DEBIAN;
}
