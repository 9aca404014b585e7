import type { Metadata } from "@grpc/grpc-js";
import { unzipSync, Zip, ZipDeflate } from "fflate";
import { beforeAll, describe, expect, test } from "vitest";
import type { MatchStatementRequest } from "../../../src/gen/clickbridge/v1/ledger_service.ts";
import {
  StatementStatus_Meaning as Meaning,
  StatementColumn_Role as Role,
} from "../../../src/gen/clickbridge/v1/statement.ts";
import { xlsxFile } from "../../../src/spreadsheet/write-xlsx.ts";
import { failureOf } from "../../support/service/failure.ts";
import { ALL_SCOPES_TOKEN, bearer, call } from "../../support/service/service.ts";
import { SERVICE } from "../../support/shop/shop.ts";
import { shopAtClick } from "../../support/shop/shop-at-click.ts";

const click = shopAtClick();

const BASE: MatchStatementRequest = {
  serviceId: BigInt(SERVICE.serviceId),
  file: Buffer.alloc(0),
  firstDay: "",
  lastDay: "",
  confirmColumns: true,
  columns: [],
  statuses: [],
};

function match(
  file: string | Buffer,
  more: Partial<MatchStatementRequest> = {},
  metadata: Metadata = bearer(ALL_SCOPES_TOKEN),
) {
  const { ledger } = click.service;
  return call(ledger, ledger.matchStatement, { ...BASE, file: Buffer.from(file), ...more }, metadata);
}

interface Paid {
  readonly payment: string;
  readonly trans: string;
  readonly order: string;
  readonly time: string;
}

async function pay(): Promise<Paid> {
  const { order, atClick } = await click.taken();
  const time = new Date(atClick.createdAt.getTime() + 5 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
  return { payment: `${atClick.paymentId}`, trans: `${atClick.clickTransId}`, order: order.number, time };
}

describe("finds the payments of a file", () => {
  let paid: readonly Paid[];

  beforeAll(async () => {
    paid = [await pay(), await pay(), await pay()];
  });

  test.each<readonly [string, (one: Paid) => string]>([
    ["by Click's payment", ({ payment, time }) => `${payment};1000.00;${time}`],
    ["by Click's transaction", ({ trans, time }) => `${trans};1000.00;${time}`],
    ["by the order alone", ({ order, time }) => `${order};1000.00;${time}`],
  ])("%s, without any header", async (_, lineOf) => {
    const { matched, columns, differences, totals } = await match(paid.map(lineOf).join("\n"));

    expect([matched, columns[0]?.index, columns[0]?.proven]).toEqual([true, 0, true]);
    expect([differences, totals?.equalCount, totals?.equalTiyin]).toEqual([[], 3, 300_000n]);
  });

  test("asks again about a file without a header: another one may look the same", async () => {
    const file = paid.map(({ payment, time }) => `${payment};1000.00;${time}`).join("\n");

    expect([(await match(file)).matched, (await match(file, { confirmColumns: false })).matched]).toEqual([
      true,
      false,
    ]);
  });

  test("of a period that is given, and no others", async () => {
    const file = paid.map(({ payment, time }) => `${payment};1000.00;${time}`).join("\n");

    const { differences, totals, firstDay, lastDay } = await match(file, {
      firstDay: "2020-01-01",
      lastDay: "2020-01-31",
    });

    expect([differences, totals?.lineCount, totals?.outsideCount, firstDay, lastDay]).toEqual([
      [],
      0,
      3,
      "2020-01-01",
      "2020-01-31",
    ]);
  });

  test("in an XLSX, also one whose parts do not say their size", async () => {
    const rows = paid.map(({ payment, time }) => [payment, 100_000n, time]);
    const file = await xlsxFile([{ name: "A", head: ["payment_id", "amount", "time"], rows }]);

    expect((await match(file)).totals?.equalCount).toBe(3);
    expect((await match(streamed(file))).totals?.equalCount).toBe(3);
  });

  test("by columns and words that a person names", async () => {
    const file = ["a;b;c;d", ...paid.map(({ payment }) => `${payment};77;1000.00;Итого`)].join("\n");
    const columns = [
      { role: Role.ROLE_CLICK_PAYMENT_ID, index: 0 },
      { role: Role.ROLE_AMOUNT, index: 2 },
      { role: Role.ROLE_STATUS, index: 3 },
    ].map((column) => ({ ...column, header: "", sample: "", proven: false }));
    const statuses = [{ word: "ИТОГО", meaning: Meaning.MEANING_PAID }];
    const today = new Date(Date.now() + 5 * 3_600_000).toISOString().slice(0, 10);
    const period = { firstDay: today, lastDay: today };

    const { totals, columns: used } = await match(file, { columns, statuses, ...period, confirmColumns: false });

    expect([totals?.equalCount, used.map(({ role }) => role)]).toEqual([3, columns.map(({ role }) => role)]);
  });
});

/** The same parts, written as a program does that sends them while it makes them: sizes stand behind. */
function streamed(file: Buffer): Buffer {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    chunks.push(chunk);
  });
  for (const [name, bytes] of Object.entries(unzipSync(file))) {
    const part = new ZipDeflate(name);
    zip.add(part);
    part.push(bytes, true);
  }
  zip.end();
  return Buffer.concat(chunks);
}

describe("refuses", () => {
  const file = "payment_id;amount\n3000000001;1000\n";
  const column = { role: Role.ROLE_AMOUNT, index: 1, header: "", sample: "", proven: false };

  test.each<readonly [string, Partial<MatchStatementRequest>, readonly string[]]>([
    ["no service", { serviceId: 0n }, ["service_id"]],
    ["half a period", { firstDay: "2026-10-01" }, ["last_day"]],
    ["a period the wrong way round", { firstDay: "2026-10-02", lastDay: "2026-10-01" }, ["last_day"]],
    ["a period that is too long", { firstDay: "2020-10-02", lastDay: "2026-10-01" }, ["last_day"]],
    ["a role twice", { columns: [column, { ...column, index: 0 }] }, ["columns"]],
    ["a role that it does not know", { columns: [{ ...column, role: 77 as Role }] }, ["columns"]],
    ["columns without a number", { columns: [column] }, ["columns"]],
    [
      "a column that the file does not have",
      { columns: [column, { ...column, role: Role.ROLE_REFERENCE, index: 9 }] },
      ["columns"],
    ],
    ["a word without a meaning", { statuses: [{ word: "x", meaning: Meaning.MEANING_UNSPECIFIED }] }, ["statuses"]],
    ["a file without times and no period", {}, ["period"]],
    ["no file", { file: Buffer.alloc(0) }, ["file"]],
  ])("%s", async (_, more, fields) => {
    expect(await failureOf(match(file, more))).toMatchObject({
      code: "INVALID_ARGUMENT",
      reason: "INVALID_REQUEST",
      fields,
    });
  });

  test("a service that no pay system has", async () => {
    expect(await failureOf(match(file, { serviceId: 77n }))).toMatchObject({ reason: "CLICK_SERVICE_NOT_CONFIGURED" });
  });

  test("a second file while one is being matched", async () => {
    const large = `payment_id;amount;time\n${"3000000001;1000;2026-10-01\n".repeat(40_000)}`;
    const ends = await Promise.allSettled([match(large), match(large)]);

    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = ends.find((end) => end.status === "rejected");
    expect(await failureOf(Promise.reject(refused?.reason))).toMatchObject({
      code: "RESOURCE_EXHAUSTED",
      reason: "MATCH_UNDER_WAY",
    });
    expect((await match(large)).matched).toBe(true);
  });

  test("a file above 16 MiB, and no other message grows with it", async () => {
    const { payments } = click.service;
    const note = "x".repeat(600 * 1024);

    expect(await failureOf(match(Buffer.alloc(17 * 1024 * 1024, "1;2\n")))).toMatchObject({
      reason: "MESSAGE_TOO_LARGE",
      metadata: { bytesMax: String(16 * 1024 * 1024 + 64 * 1024) },
    });
    const request = { requestId: "", paymentId: 1n, attemptId: 0n, amountTiyin: undefined, userId: "", note };
    expect(await failureOf(call(payments, payments.refundPayment, request))).toMatchObject({
      reason: "MESSAGE_TOO_LARGE",
      metadata: { bytesMax: String(512 * 1024) },
    });
  });

  test("a large file of somebody without a token, unread", async () => {
    expect(await failureOf(match(Buffer.alloc(4 * 1024 * 1024, "1;2\n"), {}, bearer("wrong")))).toMatchObject({
      reason: "MESSAGE_TOO_LARGE",
    });
  });
});
