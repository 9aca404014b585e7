import { about, type SetupCheck } from "./setup-check.ts";

/** The version in package.json and of the module; a test compares them. */
export const SERVICE_VERSION = "0.1.0";

/** The minor number grows with each release that adds to the contract: docs/versioning.md. */
export const CONTRACT_VERSION = "v1.0";

/** Features that a caller can check before use. A name is never removed and never changes its meaning. */
export const FEATURES: readonly string[] = [
  "error_info_everywhere",
  "kind_unknown_refusal",
  "ledger",
  "refund_of_the_rest",
  "unknown_fields_refused",
];

/** Compares two versions `MAJOR.MINOR.PATCH`: below 0 when the first is older. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split(".").map(Number));
  const differing = [0, 1, 2].find((at) => a?.[at] !== b?.[at]);
  return differing === undefined ? 0 : (a?.[differing] ?? 0) - (b?.[differing] ?? 0);
}

/** Whether module and service have the same version, and which one is older. No check when the caller is not the module. */
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
