import { describe, expect, test } from "vitest";
import { DatabaseError, isRace, isUnready } from "../../../src/mysql/driver/database-error.ts";

const SERVER_ERRORS: readonly (readonly [errno: number, what: string, kind: "race" | "unready" | "neither"])[] = [
  [1205, "lock wait timeout", "race"],
  [1213, "deadlock, or certification failure on Galera", "race"],
  [1062, "duplicate", "race"],
  [1180, "error during COMMIT: rolled back", "race"],
  [3101, "certification failure in MySQL Group Replication", "race"],
  [9007, "write conflict in TiDB", "race"],
  [8002, "conflict after FOR UPDATE in TiDB", "race"],
  [8022, "COMMIT of TiDB that may be repeated", "race"],
  [8028, "table changed under a transaction in TiDB", "race"],
  [1021, "disk full", "unready"],
  [1040, "too many connections", "unready"],
  [1047, "Galera node not ready", "unready"],
  [1114, "table full", "unready"],
  [1203, "too many connections of this user", "unready"],
  [1226, "more than this user may have", "unready"],
  [1290, "read only", "unready"],
  [1836, "read only mode", "unready"],
  [1969, "statement time of MariaDB", "unready"],
  [3024, "statement time of MySQL", "unready"],
  [3032, "offline mode of MySQL", "unready"],
  [3100, "member outside its group", "unready"],
  [3796, "member of a group in whose state nobody can wait", "unready"],
  [3797, "member of a group that waited in vain", "unready"],
  [4031, "idle connection closed by MySQL", "unready"],
  [1064, "grammar", "neither"],
  [1267, "a letter that a column cannot hold", "neither"],
  [1406, "value too long", "neither"],
];

const kindOf = (error: unknown) => (isRace(error) ? "race" : isUnready(error) ? "unready" : "neither");

describe("an error of the server:", () => {
  test.each(SERVER_ERRORS)("%i (%s) is %s", (errno, _, kind) => {
    expect(kindOf(new DatabaseError({ code: "ER_X", errno }))).toBe(kind);
  });
});

describe("an error of the driver:", () => {
  test("without a code is neither, and its text is not kept", () => {
    const error = new DatabaseError(new Error("something with 998901234567"));

    expect([kindOf(error), error.message]).toEqual(["neither", "database: Error"]);
  });
});
