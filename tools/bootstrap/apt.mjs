import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attempt, refuse, say } from "./say.mjs";

const DPKG_LOCK_TIMEOUT_S = 300;

/**
 * What Debian's package scripts call to start or enable a service, each replaced by one that does not.
 * nginx and php-fpm would otherwise start, now or at the next boot, on a machine whose owner asked for a demo.
 */
const QUIET_TOOLS = {
  "invoke-rc.d": "exit 0",
  "deb-systemd-invoke": "exit 0",
  "deb-systemd-helper": 'for word; do [ "$word" = was-enabled ] && exit 1; done; exec /usr/bin/deb-systemd-helper "$@"',
};

/** Installs Debian packages without starting what they bring. Ends with apt's own words when it cannot. */
export function installDebianPackages(packages) {
  say(`installing Debian packages: ${packages.join(" ")}`);
  const quiet = mkdtempSync(join(tmpdir(), "clickbridge-apt-"));
  try {
    for (const [name, body] of Object.entries(QUIET_TOOLS)) {
      writeFileSync(join(quiet, name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(quiet, name), 0o755);
    }
    const install = () =>
      attempt(
        "apt-get",
        [
          "install",
          "--yes",
          "--no-install-recommends",
          "--quiet",
          `--option=DPkg::Path=${quiet}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
          `--option=DPkg::Lock::Timeout=${DPKG_LOCK_TIMEOUT_S}`,
          ...packages,
        ],
        { DEBIAN_FRONTEND: "noninteractive" },
      );
    // The package lists may be good as they are; only a failure makes it worth to fetch them.
    if (install() === undefined) return;
    say("fetching Debian's package lists");
    const failure = attempt("apt-get", ["update", "--quiet"]) ?? install();
    if (failure !== undefined) refuse(`apt-get could not install ${packages.join(" ")}:\n${failure}`);
  } finally {
    rmSync(quiet, { recursive: true, force: true });
  }
}
