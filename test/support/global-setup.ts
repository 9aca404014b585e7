import type { TestProject } from "vitest/node";
import { startServerOfRun } from "./server-of-run.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The server of this run, as a mysql:// URL without a database. Each test file makes its own in it. */
    readonly databaseServerUrl: string;
  }
}

/** Starts one server for the whole run, or takes the one that CLICKBRIDGE_DATABASE_URL names. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["CLICKBRIDGE_DATABASE_URL"];
  if (given !== undefined && given !== "") {
    const server = new URL(given);
    // The database in the URL is somebody's: tests make their own beside it.
    server.pathname = "/";
    announce(project, server.href);
    return async () => {};
  }
  const server = await startServerOfRun();
  announce(project, server.url(""));
  return server.stop;
}

function announce(project: TestProject, url: string): void {
  project.provide("databaseServerUrl", url);
  process.env["CLICKBRIDGE_TEST_DATABASE_URL"] = url;
}
