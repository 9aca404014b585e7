import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { binlogFormat, databaseVersion, durability, grants, instance } from "../../../src/app/setup/database.ts";
import { CHECK_IDS } from "../../../src/app/setup/setup-check.ts";
import { currencyList } from "../../../src/mysql/setup/setup-restriction.ts";
import { isProbeReference, newProbeReference } from "../../../src/protocol/probe.ts";

/** What no server of a test can be made to say. */

test.each([
  ["10.11.6-MariaDB-0+deb12u1", "Debian 12", "OK"],
  ["5.5.5-10.11.6-MariaDB", "MariaDB Server", "OK"],
  ["12.0.2-MariaDB", "MariaDB Server", "OK"],
  ["10.6.18-MariaDB", "MariaDB Server", "WARNING"],
  ["8.0.36-28", "Percona Server (GPL), Release 28", "OK"],
  ["8.4.0", "MySQL Community Server - GPL", "OK"],
  ["8.0.11-TiDB-v7.5.0", "TiDB Server", "OK"],
  ["5.7.44-log", "MySQL Community Server (GPL)", "WARNING"],
  ["unknown", "", "UNKNOWN"],
])("version %s of %s is %s", async (version, flavour, status) => {
  const check = await databaseVersion({ version: async () => ({ version, flavour }) });

  expect(check.status).toBe(status);
});

test.each([
  ["1", false, undefined, "OK"],
  ["1", true, "1", "OK"],
  ["1", false, "0", "OK"],
  ["1", true, "0", "WARNING"],
  ["1", true, undefined, "WARNING"],
  ["2", false, undefined, "WARNING"],
  ["0", true, "1", "FAULT"],
])("innodb_flush_log_at_trx_commit=%s with a binary log %s and sync_binlog=%s is %s", async (...given) => {
  const [flushLogAtTrxCommit, binaryLog, syncBinlog, status] = given;

  const check = await durability({ durability: async () => ({ flushLogAtTrxCommit, binaryLog, syncBinlog }) });

  expect(check.status).toBe(status);
});

test("a server that would refuse our writes is a fault", async () => {
  expect(await binlogFormat({ refusesWrites: async () => "binlog_format=STATEMENT" })).toMatchObject({
    status: "FAULT",
    message: "binlog_format=STATEMENT",
  });
});

test("rights that may come by a role are not called missing", async () => {
  const rights = {
    missing: [{ table: "x", rights: ["SELECT"] }],
    missingForChecks: [],
    writableShopTables: [],
    incomplete: true,
  };

  expect((await grants({ rights: async () => rights })).status).toBe("UNKNOWN");
});

test.each([
  ["", "", "WARNING"],
  ["shop", "shop", "OK"],
  ["shop", "copy", "FAULT"],
  ["shop", "", "FAULT"],
  [undefined, "", "FAULT"],
])("a database of %j, looked at by %j, is %s", async (name, own, status) => {
  expect((await instance({ instance: async () => name }, own)).status).toBe(status);
});

test.each([
  ['a:1:{s:8:"CURRENCY";a:1:{i:0;s:3:"UZS";}}', ["UZS"]],
  ['a:2:{s:1:"X";i:1;s:8:"CURRENCY";a:2:{i:0;s:3:"RUB";i:1;s:3:"UZS";}}', ["RUB", "UZS"]],
  ['a:1:{s:8:"CURRENCY";a:0:{}}', []],
  ['a:1:{s:3:"UZS";i:1;}', []],
  ["", []],
])("the restriction %s is to %j", (params, currencies) => {
  expect(currencyList(params)).toEqual(currencies);
});

test("a probe is known for one, is never the same twice, and ends in a letter: no digit of the sum can join it", () => {
  const references = Array.from({ length: 100 }, newProbeReference);

  expect(references.every(isProbeReference)).toBe(true);
  expect(new Set(references).size).toBe(100);
  expect(references.filter((reference) => !/[a-z]$/.test(reference))).toEqual([]);
});

test("the contract names every check, in their order", () => {
  const proto = readFileSync(new URL("../../../proto/clickbridge/v1/setup_service.proto", import.meta.url), "utf8");
  const named = /one of ([^.]*)\. More may come/.exec(proto.replaceAll(/\s*\/\/\s*/g, " "))?.[1] ?? "";

  expect([...named.matchAll(/`([a-z_]+)`/g)].map(([, id]) => id)).toEqual([...CHECK_IDS]);
});
