import { describe, expect, test } from "vitest";
import { DatabaseUrlError, readDatabaseUrl } from "../../../src/mysql/driver/database-url.ts";

const namesOf = (text: string) => readDatabaseUrl(text).map(({ name }) => name);

describe("a database URL", () => {
  test.each([
    ["mysql://u:p@db/shop", ["db:3306"]],
    ["mariadb://u:p@db:3307/shop", ["db:3307"]],
    ["mysql://u@[::1]:3307/shop", ["[::1]:3307"]],
    ["mysql://u:p@db1,db2:3307,db3/shop", ["db1:3306", "db2:3307", "db3:3306"]],
    ["mysql://u:p@db1/shop,mysql://v:q@db2,db3/shop", ["db1:3306", "db2:3306", "db3:3306"]],
    ["mysql://u@localhost/shop?socketPath=/run/db.sock", ["/run/db.sock"]],
    ["mysql://u@localhost/shop?socketPath=/run/db.sock,mysql://u@db2/shop", ["/run/db.sock", "db2:3306"]],
  ])("%s names servers, in this order", (text, names) => {
    expect(namesOf(text)).toEqual(names);
  });

  test("gives each server the login, the database and the options that stand beside it", () => {
    const hosts = readDatabaseUrl("mysql://u:a%2Cb@db1,db2/shop?ssl-mode=REQUIRED,mysql://v@db3/shop");

    const ssl = { rejectUnauthorized: false, verifyIdentity: false };
    const common = { port: 3306, database: "shop" };
    expect(hosts.map(({ options }) => options)).toEqual([
      { ...common, host: "db1", user: "u", password: "a,b", ssl },
      { ...common, host: "db2", user: "u", password: "a,b", ssl },
      { ...common, host: "db3", user: "v", password: "" },
    ]);
  });

  test("takes a password with signs that divide hosts", () => {
    expect(readDatabaseUrl("mysql://u:a,b:c@db/shop")[0]?.options.password).toBe("a,b:c");
  });
});

const FILE = new URL(import.meta.url).pathname;

describe("a database URL is refused with its rule, and without its login:", () => {
  test.each([
    ["mysql://user:hidden@db:port/shop", /^must be mysql:\/\/user:password@host:port\/database/],
    ["mysql://user:hidden@db1,db2:99999/shop", /^must be mysql:/],
    ["mysql://user:hidden@db1,,db2/shop", /^must be mysql:/],
    ["mysql://db1,/shop", /^must be mysql:/],
    ["mysql://user:hidden@db/shop,postgres://user:hidden@db/shop", /^is PostgreSQL/],
    [
      "mysql://user:hidden@db1/shop,mysql://user:hidden@db2/other",
      "names several databases: all hosts must have the same one",
    ],
    ["mysql://user:hidden@db1,db2/shop?socketPath=/run/db.sock", /^socketPath is one server's/],
    ["mysql://user:hidden%@db/shop", /^has a % that is not one of a %XX/],
    [
      "mysql://user:hidden@db/shop?charset=hidden",
      "has an option that is none of socketPath, ssl-mode, ssl-ca, ssl-cert, ssl-key",
    ],
    [
      "mysql://user:hidden@db/shop?ssl-mode=PREFERRED",
      "ssl-mode must be one of DISABLED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY",
    ],
    ["mysql://user:hidden@db/shop?ssl-ca=/no/such/ca", "ssl-ca: /no/such/ca cannot be read (ENOENT)"],
    [`mysql://user:hidden@db/shop?ssl-mode=REQUIRED&ssl-ca=${FILE}`, /^ssl-mode REQUIRED looks at no certificate/],
    [`mysql://user:hidden@db/shop?ssl-mode=DISABLED&ssl-ca=${FILE}`, "ssl-mode DISABLED takes no files"],
    [`mysql://user:hidden@db/shop?ssl-cert=${FILE}`, "ssl-cert and ssl-key go together"],
    [`mysql://user:hidden@10.0.0.1/shop?ssl-ca=${FILE}`, /^ssl-mode VERIFY_IDENTITY needs the server's name/],
  ])("%s", (text, rule) => {
    const refused = () => readDatabaseUrl(text);

    expect(refused).toThrow(DatabaseUrlError);
    expect(refused).toThrow(rule);
    expect(refused).not.toThrow(/hidden/);
  });
});
