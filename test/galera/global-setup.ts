import type { TestProject } from "vitest/node";
import { startGalera } from "../support/servers/galera.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The nodes of this run, as mysql:// URLs without a database. */
    readonly galeraNodeUrls: readonly string[];
  }
}

/** Starts three nodes for the whole run. Suites that know of one server only are given the first. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const galera = await startGalera();
  const urls = galera.nodes.map((node) => node.url(""));
  project.provide("galeraNodeUrls", urls);
  process.env["CLICKBRIDGE_TEST_DATABASE_URL"] = urls[0];
  return galera.stop;
}
