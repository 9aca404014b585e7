import { describe, expect, test } from "vitest";
import { mayDo, readGrants } from "../../../src/mysql/setup/grants.ts";

/** Lines of SHOW GRANTS as MySQL 8 and MariaDB write them. */
const may = (lines: readonly string[], right: string, table = "b_sale_order", database = "shop") =>
  mayDo(readGrants(lines), right, database, table);

describe("a right", () => {
  test.each<[string, string, boolean]>([
    ["on everything", "GRANT SELECT ON *.* TO `u`@`%`", true],
    ["of everything on everything", "GRANT ALL PRIVILEGES ON *.* TO `u`@`%` WITH GRANT OPTION", true],
    ["beside others", "GRANT INSERT, SELECT, CREATE TEMPORARY TABLES ON `shop`.* TO `u`@`%`", true],
    ["on the database", "GRANT SELECT ON `shop`.* TO `u`@`localhost`", true],
    ["on databases of a pattern", "GRANT SELECT ON `sh%`.* TO `u`@`%`", true],
    ["on a database one letter longer", "GRANT SELECT ON `shop_`.* TO `u`@`%`", false],
    ["on a database with an underscore", "GRANT SELECT ON `sh\\_p`.* TO `u`@`%`", false],
    ["on the table", "GRANT SELECT ON `shop`.`b_sale_order` TO `u`@`%`", true],
    ["on another table", "GRANT SELECT ON `shop`.`b_sale_order_payment` TO `u`@`%`", false],
    ["on the table of another database", "GRANT SELECT ON `shop2`.`b_sale_order` TO `u`@`%`", false],
    ["on columns", "GRANT SELECT (`ID`, `PRICE`) ON `shop`.`b_sale_order` TO `u`@`%`", false],
    ["to log in", "GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*0'", false],
    ["to do something else", "GRANT SHOW VIEW ON *.* TO `u`@`%`", false],
    ["under a longer name", "GRANT AUDIT_ADMIN,X_SELECT ON *.* TO `u`@`%`", false],
    ["on a routine", "GRANT SELECT ON PROCEDURE `shop`.`b_sale_order` TO `u`@`%`", false],
  ])("%s", (_, line, expected) => {
    expect(may([line], "SELECT")).toBe(expected);
  });

  test("that is taken out for a database is none there, and is one elsewhere", () => {
    const lines = ["GRANT SELECT, INSERT ON *.* TO `u`@`%`", "REVOKE INSERT ON `shop`.* FROM `u`@`%`"];

    expect([may(lines, "INSERT"), may(lines, "INSERT", "x", "other"), may(lines, "SELECT")]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

test.each([
  ["a role, in MySQL", "GRANT `reader`@`%` TO `u`@`%`", true],
  ["a role, in MariaDB", "GRANT `reader` TO `u`@`%`", true],
  ["rights on columns", "GRANT SELECT (`ID`) ON `shop`.`b_sale_order` TO `u`@`%`", true],
  ["rights on a routine", "GRANT EXECUTE ON PROCEDURE `shop`.`p` TO `u`@`%`", false],
  ["rights on tables", "GRANT SELECT ON `shop`.* TO `u`@`%`", false],
])("%s leave the picture incomplete: %j", (_, line, incomplete) => {
  expect(readGrants([line]).incomplete).toBe(incomplete);
});
