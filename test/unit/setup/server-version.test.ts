import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compareVersions, FEATURES, moduleVersion, SERVICE_VERSION } from "../../../src/app/setup/server-version.ts";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

test("package, service and module are of one version", () => {
  const versions = [
    (JSON.parse(read("package.json")) as { version: string }).version,
    /"VERSION" => "(.*)"/.exec(read("php-bridge/install/version.php"))?.[1],
    /MODULE_VERSION = '(.*)'/.exec(read("php-bridge/lib/Grpc/Transport.php"))?.[1],
  ];

  expect(versions).toEqual([SERVICE_VERSION, SERVICE_VERSION, SERVICE_VERSION]);
});

test("every feature is told of on the page of versions, and no other one", () => {
  const page = read("docs/versioning.md");
  const told = [...page.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, word]) => word);

  expect(told).toEqual([...FEATURES].sort());
});

test.each([
  ["0.9.0", "0.10.0", -1],
  ["1.0.0", "0.10.9", 1],
  ["0.1.2", "0.1.2", 0],
])("%s beside %s", (one, other, sign) => {
  expect(Math.sign(compareVersions(one, other))).toBe(sign);
});

test.each([
  ["0.0.9", "the module is older than the service: the module is 0.0.9, the service 0.1.0"],
  ["0.2.0", "the service is older than the module: the module is 0.2.0, the service 0.1.0"],
])("of a module of version %s it is told who is older", (version, message) => {
  expect(moduleVersion(version)).toMatchObject([{ id: "module_version", status: "WARNING", message }]);
});

test("one version for both is sound, and a caller that is no module is told nothing", () => {
  expect(moduleVersion(SERVICE_VERSION)).toMatchObject([{ status: "OK" }]);
  expect(moduleVersion(undefined)).toEqual([]);
});
