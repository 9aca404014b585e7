import { startServerOfRun } from "./servers/server-of-run.ts";

/** The server of this run, as a mysql:// URL without a database. Each test file makes its own in it. */
const SERVER_URL = "CLICKBRIDGE_TEST_DATABASE_URL";

/**
 * For the projects that need a database: starts one server for the whole run, with the first of them, or takes the one that
 * CLICKBRIDGE_DATABASE_URL names.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env[SERVER_URL] !== undefined) return async () => {};
  const given = process.env["CLICKBRIDGE_DATABASE_URL"];
  if (given !== undefined && given !== "") {
    const server = new URL(given);
    // The database in the URL is somebody's: tests make their own beside it.
    server.pathname = "/";
    process.env[SERVER_URL] = server.href;
    return async () => {};
  }
  const server = await startServerOfRun();
  process.env[SERVER_URL] = server.url("");
  return server.stop;
}
