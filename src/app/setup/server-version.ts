import { about, type SetupCheck } from "./setup-check.ts";

/** As in package.json; a test holds the two together. The module beside it has the same. */
export const SERVICE_VERSION = "0.1.0";

/** Grows by one with each release that adds to the contract: docs/versioning.md. */
export const CONTRACT_VERSION = "v1.1";

/** What a caller may want to know before it relies on it. A word is never taken back, nor changes its meaning. */
export const FEATURES: readonly string[] = ["error_info_everywhere", "kind_unknown_refusal", "unknown_fields_refused"];

/** What of two versions `MAJOR.MINOR.PATCH` is the older: below 0 the first. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split(".").map(Number));
  const differing = [0, 1, 2].find((at) => a?.[at] !== b?.[at]);
  return differing === undefined ? 0 : (a?.[differing] ?? 0) - (b?.[differing] ?? 0);
}

/** Whether module and service are of one version, and which is older. Nothing of a caller that is not the module. */
export function moduleVersion(version: string | undefined): readonly SetupCheck[] {
  if (version === undefined) return [];
  const check = about("module_version");
  const both = `the module is ${version}, the service ${SERVICE_VERSION}`;
  const difference = compareVersions(version, SERVICE_VERSION);
  if (difference === 0) return [check.ok(both)];
  return difference < 0
    ? [check.warning(`the module is older than the service: ${both}`, "install the module of the service's version")]
    : [
        check.warning(
          `the service is older than the module: ${both}`,
          "install the service of the module's version; until then it may refuse what the module asks",
        ),
      ];
}
