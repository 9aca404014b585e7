import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { statement } from "../../../src/mysql/driver/statement.ts";
import { MIGRATION_NAMES } from "../../../src/mysql/migrations/index.ts";
import { migrateUp } from "../../../src/mysql/migrations/migrate.ts";
import type { DatabaseServer } from "../../support/servers/database-server.ts";
import { startMariadb } from "../../support/servers/mariadb.ts";
import { makeAuthority, type TestAuthority } from "../../support/servers/tls-files.ts";

let folder: string;
let authority: TestAuthority;
let stranger: TestAuthority;
/** Takes connections with TLS only. */
let strict: DatabaseServer;
/** Knows nothing of TLS. */
let plain: DatabaseServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "clickbridge-database-tls-"));
  authority = await makeAuthority(folder, "authority");
  stranger = await makeAuthority(folder, "stranger");
  const { certFile, keyFile } = await authority.issue("database");
  const files = [`--ssl-ca=${authority.certFile}`, `--ssl-cert=${certFile}`, `--ssl-key=${keyFile}`];
  strict = await startMariadb({ tcp: true, args: [...files, "--require-secure-transport=1"] });
  plain = await startMariadb({ tcp: true, args: ["--skip-ssl"] });
  for (const { socketPath } of [strict, plain]) {
    const root = await createConnection({ socketPath, user: "root", multipleStatements: true });
    await root.query("CREATE DATABASE shop; CREATE USER shop IDENTIFIED BY 'word'; GRANT ALL ON shop.* TO shop");
    await root.query("CREATE USER known IDENTIFIED BY 'word' REQUIRE X509; GRANT ALL ON shop.* TO known");
    await root.end();
  }
});
afterAll(async () => {
  await strict.stop();
  await plain.stop();
  await rm(folder, { recursive: true });
});

interface Asked {
  readonly server?: DatabaseServer;
  readonly host?: string;
  readonly user?: string;
}

function urlWith(
  options: Readonly<Record<string, string>>,
  { server = strict, host = "localhost", user = "shop" }: Asked = {},
) {
  return `mysql://${user}:word@${host}:${server.port}/shop?${new URLSearchParams(options)}`;
}

/** Whether what was sent went through TLS, or the error. */
async function outcome(url: string): Promise<string> {
  const pool = new Pool({ url, connectionsMax: 1 });
  onTestFinished(() => pool.close());
  try {
    const [found] = await pool.run(statement("SHOW SESSION STATUS LIKE 'Ssl_cipher'"));
    return found?.rows[0]?.["Value"] === "" ? "plaintext" : "encrypted";
  } catch (error) {
    return (error as Error).message.replace(/ at .*/, "");
  }
}

describe("a server that insists on TLS", () => {
  test("is spoken to through TLS in every mode that asks for it", async () => {
    const ca = { "ssl-ca": authority.certFile };

    expect([
      await outcome(urlWith(ca)),
      await outcome(urlWith({ ...ca, "ssl-mode": "VERIFY_IDENTITY" })),
      await outcome(urlWith({ ...ca, "ssl-mode": "verify_ca" })),
      await outcome(urlWith({ ...ca, "ssl-mode": "VERIFY_CA" }, { host: "127.0.0.1" })),
      await outcome(urlWith({ "ssl-mode": "REQUIRED" })),
    ]).toEqual(Array.from({ length: 5 }, () => "encrypted"));
  });

  test("refuses who does not ask for it", async () => {
    expect(await outcome(urlWith({}))).toMatch(/^database: \w+ \(\d+\)$/);
    expect(await outcome(urlWith({ "ssl-mode": "DISABLED" }))).toMatch(/^database: \w+ \(\d+\)$/);
  });

  test.each(["VERIFY_CA", "VERIFY_IDENTITY"])(
    "is not believed with a certificate of another authority: %s",
    async (mode) => {
      const url = urlWith({ "ssl-mode": mode, "ssl-ca": stranger.certFile });

      expect(await outcome(url)).toBe("database: HANDSHAKE_SSL_ERROR");
    },
  );

  test("is not believed under a name that its certificate does not have, unless the name is not asked for", async () => {
    const host = "127.1";
    const ca = { "ssl-ca": authority.certFile };

    expect(await outcome(urlWith(ca, { host }))).toBe("database: HANDSHAKE_SSL_ERROR");
    expect(await outcome(urlWith({ ...ca, "ssl-mode": "VERIFY_CA" }, { host }))).toBe("encrypted");
  });

  test("is not believed by the public authorities where none is named", async () => {
    expect(await outcome(urlWith({ "ssl-mode": "VERIFY_CA" }))).toBe("database: HANDSHAKE_SSL_ERROR");
  });

  test("is shown a certificate of ours where it wants one", async () => {
    const { certFile, keyFile } = await authority.issue("click-bridge");
    const ca = { "ssl-ca": authority.certFile };
    const own = { ...ca, "ssl-cert": certFile, "ssl-key": keyFile };

    expect(await outcome(urlWith(own, { user: "known" }))).toBe("encrypted");
    expect(await outcome(urlWith(ca, { user: "known" }))).toBe("database: ER_ACCESS_DENIED_ERROR (1045)");
  });

  test("is migrated through TLS", async () => {
    expect(await migrateUp(urlWith({ "ssl-ca": authority.certFile }))).toEqual(MIGRATION_NAMES);
  });
});

test("a server without TLS is not spoken to where TLS is asked for", async () => {
  const modes = [{ "ssl-mode": "REQUIRED" }, { "ssl-ca": authority.certFile }];

  const outcomes = await Promise.all(modes.map((options) => outcome(urlWith(options, { server: plain }))));

  expect(outcomes).toEqual(modes.map(() => "database: HANDSHAKE_NO_SSL_SUPPORT"));
  expect(await outcome(urlWith({}, { server: plain }))).toBe("plaintext");
});
