import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sqlParser from "node-sql-parser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OrderUpdate } from "../../../src/gen/clickbridge/v1/order_update.ts";
import {
  AcknowledgeOrderUpdateRequest_Outcome as Outcome,
  AcknowledgeOrderUpdateRequest_Refusal as Refusal,
} from "../../../src/gen/clickbridge/v1/order_update_service.ts";
import { Attempt_State, Payment_State } from "../../../src/gen/clickbridge/v1/payment.ts";
import { chargeStore } from "../../../src/mysql/charges/charge-store.ts";
import { Pool } from "../../../src/mysql/driver/pool.ts";
import { statement } from "../../../src/mysql/driver/statement.ts";
import { eventSequencer } from "../../../src/mysql/events/event-sequencer.ts";
import { leaseStore } from "../../../src/mysql/instance/lease-store.ts";
import { migrateDown, migrateUp } from "../../../src/mysql/migrations/migrate.ts";
import { heldCaptureStore } from "../../../src/mysql/orders/held-capture-store.ts";
import { type CallbackOptions, clickOver, newClickId } from "../../support/click/click.ts";
import { CARD_TOKEN, fakeClick, passCharged, refused, UNKNOWN } from "../../support/click/fake-click.ts";
import { startMerchantApi } from "../../support/click/merchant-api-stub.ts";
import { newReceipt, RECEIPT_URL } from "../../support/click/receipt.ts";
import { NO_FILTER, RPCS } from "../../support/service/rpcs.ts";
import { sentStatements } from "../../support/service/sent-statements.ts";
import { ALL_SCOPES_TOKEN, bearer, call, startTestService, type TestService } from "../../support/service/service.ts";
import { purchase } from "../../support/shop/purchase.ts";
import { createShop, SERVICE, type Shop } from "../../support/shop/shop.ts";

/**
 * BitrixVM ships Percona MySQL 8.0, and only MariaDB 10.11 and MySQL 9 can be had for tests. So the statements that the service really sends,
 * in a run of every use case with its refusals and of every migration up and down, are read here by a parser of MySQL's grammar, and searched
 * for what only one of the three has.
 * The check covers: the grammar as node-sql-parser knows it, the words and functions below, and that nothing of the shop's is written. It does
 * not cover: functions that all have and that differ in their results, and optimizer behaviour.
 */

const sent = sentStatements();
const LEGACY = { serviceId: "77777", secretKey: "legacy_secret_key" };

const merchant = fakeClick();

let shop: Shop;
let folder: string;

beforeAll(async () => {
  shop = await createShop({ migrated: false });
  folder = await mkdtemp(join(tmpdir(), "clickbridge-statements-"));
  await shop.addPaySystem({ ...SERVICE, ...LEGACY });
  const services = join(folder, "services.json");
  await writeFile(services, JSON.stringify({ [LEGACY.serviceId]: { dialect: "legacy", callers: ["127.0.0.1"] } }));
  const click = await startMerchantApi();
  await sent.during(() => migrateUp(shop.url));
  const service = await sent.during(() =>
    startTestService({
      databaseUrl: shop.url,
      env: { CLICKBRIDGE_CLICK_API_URL: click.url, CLICKBRIDGE_SERVICES_FILE: services },
      parts: { click: merchant.api, withoutRounds: true },
    }),
  );
  await runCallbacks(service);
  await runOrderUpdates(service);
  await runQuestions(service);
  await runCharges(service);
  await runReceipts(service);
  await sent.during(runHeldCaptures);
  await runEvents(service);
  await service.stop();
  await click.stop();
  await sent.during(() => migrateDown(shop.url));
});
afterAll(async () => {
  await shop.stop();
  await rm(folder, { recursive: true });
});

/** Callbacks of every verdict that writes something else. */
async function runCallbacks(service: TestService): Promise<void> {
  const click = clickOver(service);
  const [paid, cancelled, wrong, held] = [
    await shop.addOrder(),
    await shop.addOrder(),
    await shop.addOrder({ currency: "RUB" }),
    await shop.addOrder({ paySystemId: 2 }),
  ];
  const ids = (order: { readonly number: string }, more: Partial<CallbackOptions> = {}) => ({
    clickTransId: newClickId(),
    merchantTransId: order.number,
    ...more,
  });
  await sent.during(async () => {
    const [first, second, gone] = [ids(paid), ids(paid), ids(cancelled)];
    const prepared = [await click.prepare(first), await click.prepare(second), await click.prepare(gone)];
    const complete = (options: CallbackOptions, index: number) =>
      click.complete({ ...options, merchantPrepareId: String(prepared[index]?.merchantPrepareId) });
    await click.prepare(first);
    await click.prepare(ids(wrong));
    await click.prepare(ids({ number: "no such order" }));
    await click.prepare({ ...first, amount: "1.00" });
    await complete({ ...first, amount: "2.00" }, 0);
    await complete(first, 0);
    await complete(first, 0);
    await complete(second, 1);
    await complete({ ...gone, error: "-1" }, 2);
    await complete(gone, 2);
    await click.complete(first);
    await click.complete({ ...ids(paid), merchantPrepareId: "999999999999" });
    await click.complete({ ...ids(paid), error: "-1" });
    const legacy = ids(held, { ...LEGACY, dialect: "legacy" });
    const { merchantPrepareId } = await click.prepare(legacy);
    await click.complete({ ...legacy, merchantPrepareId: String(merchantPrepareId) });
  });
}

/** Every end of an order update, after five tries. */
async function runOrderUpdates(service: TestService): Promise<void> {
  const { updates } = service;
  const claim = async () => (await call(updates, updates.claimOrderUpdates, { limit: 0 })).orderUpdates;
  const reported = { refusal: Refusal.REFUSAL_UNSPECIFIED, detail: "x", inParts: false };
  const passTime = () =>
    shop.query(
      "UPDATE clickbridge_order_update SET due_time = NOW(3), lease_expire_time = NULL WHERE state = 'PENDING'",
    );
  let last: OrderUpdate | undefined;
  for (let tries = 0; tries < 7; tries += 1) {
    await passTime();
    [last] = await sent.during(claim);
    if (last === undefined) throw new Error("no order update to play with");
    const { orderUpdateId, token } = last;
    await sent.during(() => call(updates, updates.startOrderUpdate, { orderUpdateId, token }));
    const outcome = tries < 6 ? Outcome.OUTCOME_RETRY : Outcome.OUTCOME_REFUSED;
    const refusal = tries < 6 ? Refusal.REFUSAL_UNSPECIFIED : Refusal.REFUSAL_AMOUNT_CHANGED;
    await sent.during(() =>
      call(updates, updates.acknowledgeOrderUpdate, { ...reported, orderUpdateId, token, outcome, refusal }),
    );
  }
  const applied = {
    ...reported,
    orderUpdateId: last?.orderUpdateId ?? 0n,
    token: "",
    outcome: Outcome.OUTCOME_APPLIED,
  };
  await sent.during(() => call(updates, updates.acknowledgeOrderUpdate, applied));
}

/** Reading RPCs with every filter, an invoice, and the polls of held captures. */
async function runQuestions(service: TestService): Promise<void> {
  const order = await shop.addOrder({ sums: ["5.00", "6.00"] });
  await sent.during(async () => {
    for (const { send } of RPCS) await send(service, bearer(ALL_SCOPES_TOKEN)).catch(() => undefined);
    const request = { requestId: randomUUID(), phoneNumber: "901234567", userId: "" };
    await call(service.checkout, service.checkout.createInvoice, { ...request, paymentId: BigInt(order.paymentId) });
    const page = await call(service.payments, service.payments.listPayments, {
      pageSize: 1,
      pageToken: "",
      clickId: "1",
      orderNumber: "1",
      orderId: 1n,
      phoneNumber: "901234567",
      state: Attempt_State.STATE_CAPTURED,
      serviceId: 1n,
      createdFromTime: new Date(0),
      createdBeforeTime: new Date(),
      ...{ searchText: "", paymentStates: [] },
    });
    await call(service.payments, service.payments.listPayments, {
      ...{ ...NO_FILTER, pageSize: 1, searchText: "901234567", amountTiyin: 100_000n },
      paymentStates: [Payment_State.STATE_HELD, Payment_State.STATE_OWED],
      ...{ capturedFromTime: new Date(0), capturedBeforeTime: new Date() },
      ...{ updatedFromTime: new Date(0), updatedBeforeTime: new Date() },
    });
    const first = await call(service.payments, service.payments.listPayments, {
      ...{ ...NO_FILTER, pageSize: 1, pageToken: page.nextPageToken },
    });
    await call(service.payments, service.payments.listPayments, {
      ...{ ...NO_FILTER, pageSize: 1, pageToken: first.nextPageToken },
    });
  });
}

/** Charges of both kinds with every end, and a confirmation. */
async function runCharges({ cards, pass }: TestService): Promise<void> {
  const charge = async () => {
    const { paymentId } = await shop.addOrder();
    const request = { paymentId: BigInt(paymentId), requestId: randomUUID(), userId: "" };
    await sent
      .during(() => call(cards, cards.chargeCardToken, { ...request, cardToken: CARD_TOKEN }))
      .catch(() => undefined);
  };
  await charge();
  merchant.answer("chargeCardToken", () => refused("OTHER", -1));
  await charge();
  merchant.answer("chargeCardToken", () => UNKNOWN);
  await charge();
  merchant.answer("chargeClickPass", () => passCharged("CREATED", true));
  const { paymentId } = await shop.addOrder();
  const request = { paymentId: BigInt(paymentId), requestId: randomUUID(), userId: "", otpData: "x", cashboxCode: "" };
  await sent.during(async () => {
    const { charge: made } = await call(pass, pass.chargeClickPass, request);
    await call(pass, pass.confirmClickPass, { chargeId: made?.chargeId ?? 0n, userId: "" });
  });
  const pool = new Pool({ url: shop.url, connectionsMax: 1 });
  await sent.during(() => chargeStore(pool).leftBehind(1));
  await pool.close();
}

/** Both submissions, the second one with a look at the receipt, and the receipt itself. */
async function runReceipts(service: TestService): Promise<void> {
  const { fiscal } = service;
  const { order, attemptId } = await purchase(service, shop);
  const paymentId = BigInt(order.paymentId);
  const qrCode = { paymentId, attemptId: BigInt(attemptId), qrCodeUrl: RECEIPT_URL, userId: "" };
  await sent.during(async () => {
    await call(fiscal, fiscal.submitItems, newReceipt({ paymentId }));
    await call(fiscal, fiscal.submitQrCode, { ...qrCode, requestId: randomUUID() });
    await call(fiscal, fiscal.getFiscalData, { paymentId, attemptId: 0n });
  });
}

/** A capture of the legacy dialect, released or withdrawn by the reported status. */
async function runHeldCaptures(): Promise<void> {
  const pool = new Pool({ url: shop.url, connectionsMax: 1 });
  const held = heldCaptureStore(pool);
  await pool.run(statement("UPDATE clickbridge_order_update SET try_count = 5 WHERE state = 'HELD'"));
  const [capture] = await held.due(1);
  const { clickPaymentId } = capture ?? {};
  if (capture === undefined || clickPaymentId === undefined) throw new Error("no held capture to play with");
  await held.release({ ...capture, clickPaymentId });
  await pool.run(statement("UPDATE clickbridge_order_update SET state = 'HELD' WHERE id = ?", capture.orderUpdateId));
  await held.withdraw({ ...capture, clickPaymentId });
  await pool.close();
}

/** Events with every filter, numbered, and purged; and a lease that changes hands. */
async function runEvents({ payments }: TestService): Promise<void> {
  const pool = new Pool({ url: shop.url, connectionsMax: 1 });
  const sequencer = eventSequencer(pool);
  const { take, release } = leaseStore(pool);
  const lease = { name: "statements", holder: "a", seconds: 1 };
  await pool.run(statement("UPDATE clickbridge_event SET seq = NULL"));
  await pool.run(statement("UPDATE clickbridge_event_log SET last_seq = 0"));
  await sent.during(async () => {
    await sequencer.number(1);
    const filter = { serviceIds: [1n], types: ["attempt.captured", "refund.*"] };
    await call(payments, payments.listEvents, { afterSeq: 0n, pageSize: 1, filter, epoch: 0n });
    await take(lease);
    await take(lease);
    await release(lease);
  });
  await pool.run(statement("UPDATE clickbridge_event SET create_time = NOW(3) - INTERVAL 11 DAY"));
  await sent.during(() => sequencer.purge({ retentionDays: 10, limit: 1 }));
  await pool.close();
}

const parser = new sqlParser.Parser();

/** What a connection or a transaction is told. The parser does not know all of these; both servers do, in these very forms. */
const SESSION = [
  /^START TRANSACTION$/,
  /^COMMIT$/,
  /^ROLLBACK$/,
  /^SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED$/,
  /^SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '\+00:00', innodb_lock_wait_timeout = \d+, autocommit = 1$/,
  /^SHOW GLOBAL (VARIABLES|STATUS) WHERE Variable_name IN \('\w+'(, '\w+')*\)$/,
  /^SHOW VARIABLES LIKE '(log_bin|binlog_format|sync_binlog|innodb_flush_log_at_trx_commit)'$/,
  /^SET @clickbridge_attempt_id = LAST_INSERT_ID\(\)$/,
];

/** What only one of the two has, or both in another way. */
const ONE_SIDED: readonly [name: string, pattern: RegExp, sample: string][] = [
  ["RETURNING (MariaDB)", /\bRETURNING\b/i, "INSERT INTO t VALUES (1) RETURNING id"],
  ["sequences (MariaDB)", /\b(NEXTVAL|LASTVAL|NEXT VALUE FOR|SEQUENCE)\b/i, "SELECT NEXTVAL(s)"],
  [
    "CREATE OR REPLACE TABLE, IF NOT EXISTS of columns and keys (MariaDB)",
    /\bCREATE OR REPLACE\b|\b(ADD|DROP) (COLUMN|(UNIQUE )?(KEY|INDEX)) IF\b|\bINDEX IF\b/i,
    "CREATE OR REPLACE TABLE t (a int)",
  ],
  ["waits of so many seconds for a lock (MariaDB)", /\bFOR UPDATE WAIT\b/i, "SELECT * FROM t FOR UPDATE WAIT 1"],
  [
    "system versions and periods (MariaDB)",
    /\b(PERIOD FOR|SYSTEM VERSIONING)\b/i,
    "CREATE TABLE t (a int) WITH SYSTEM VERSIONING",
  ],
  ["PERSISTENT columns (MariaDB)", /\bPERSISTENT\b/i, "CREATE TABLE t (a int AS (1) PERSISTENT)"],
  [
    "columns of the types UUID and INET (MariaDB)",
    /\b(UUID|INET4|INET6)\s+(NOT )?NULL\b/i,
    "CREATE TABLE t (a UUID NOT NULL)",
  ],
  ["LATERAL (MySQL)", /\bLATERAL\b/i, "SELECT * FROM t, LATERAL (SELECT 1) x"],
  [
    "a row alias in ON DUPLICATE KEY UPDATE (MySQL)",
    /\bVALUES\b[^;]*\)\s+AS\s+\w+\s+ON DUPLICATE/i,
    "INSERT INTO t (a) VALUES (1) AS new ON DUPLICATE KEY UPDATE a = new.a",
  ],
  ["functional index keys (MySQL)", /\bKEY \w+ \(\(/i, "CREATE TABLE t (a int, KEY k ((a + 1)))"],
  ["FOR SHARE and FOR UPDATE OF (MySQL)", /\bFOR SHARE\b|\bFOR UPDATE OF\b/i, "SELECT * FROM t FOR SHARE"],
  ["JSON operators (MySQL)", /->/, "SELECT a->'$.b' FROM t"],
  ["collations of MySQL 8 alone", /_0900_/, "CREATE TABLE t (a int) COLLATE utf8mb4_0900_ai_ci"],
  ["INTERSECT and EXCEPT (MySQL since 8.0.31)", /\b(INTERSECT|EXCEPT)\b/i, "SELECT 1 INTERSECT SELECT 1"],
  [
    "variables as a table (MariaDB)",
    /\b(SESSION|GLOBAL)_(VARIABLES|STATUS)\b/i,
    "SELECT * FROM information_schema.SESSION_STATUS",
  ],
  ["settings for one statement", /\bSET STATEMENT\b|\/\*\+/i, "SET STATEMENT max_statement_time = 1 FOR SELECT 1"],
  ["MEMBER OF (MySQL)", /\bMEMBER OF\b/i, "SELECT 1 MEMBER OF (a) FROM t"],
  [
    "VALUES() in ON DUPLICATE KEY UPDATE, on its way out in MySQL",
    /ON DUPLICATE KEY UPDATE.*\bVALUES\s*\(/i,
    "INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a)",
  ],
];

/** Functions that one of the three lacks. What is not called is not missed: the list is for the day that somebody wants one of them. */
const REFUSED_FUNCTIONS: readonly [why: string, names: readonly string[]][] = [
  ["MySQL 9.6 moved them to a component that has to be installed", ["MD5", "SHA1", "SHA"]],
  ["gone from MySQL 8.0", ["PASSWORD", "OLD_PASSWORD", "ENCODE", "DECODE", "ENCRYPT", "DES_ENCRYPT", "DES_DECRYPT"]],
  ["on its way out of MySQL since 8.0", ["FOUND_ROWS"]],
  ["functions of MariaDB and Oracle", ["NVL", "NVL2", "TO_CHAR", "ADD_MONTHS", "SYS_GUID", "LENGTHB", "SUBSTRB"]],
  ["MariaDB's, of JSON", ["JSON_EXISTS", "JSON_QUERY", "JSON_COMPACT", "JSON_DETAILED", "JSON_LOOSE", "JSON_EQUALS"]],
  [
    "MariaDB's",
    ["NATURAL_SORT_KEY", "SFORMAT", "CRC32C", "MEDIAN", "PERCENTILE_CONT", "COLUMN_GET", "BINLOG_GTID_POS"],
  ],
  ["MySQL's", ["ANY_VALUE", "GROUPING", "BIN_TO_UUID", "UUID_TO_BIN", "IS_UUID", "REGEXP_LIKE", "STATEMENT_DIGEST"]],
  ["MySQL's, of JSON", ["JSON_PRETTY", "JSON_STORAGE_SIZE", "JSON_SCHEMA_VALID"]],
  ["MariaDB has it since 10.9, MySQL since 8.0.17", ["JSON_OVERLAPS"]],
];

const WRITES_SHOP =
  /\b(INSERT\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM|ALTER\s+TABLE|DROP\s+TABLE(\s+IF\s+EXISTS)?|TRUNCATE(\s+TABLE)?|LOCK\s+TABLES?)\s+`?b_/i;

const isSession = (text: string) => SESSION.some((pattern) => pattern.test(text));

/** Verb and first table. */
const kindOf = (text: string) => {
  const [verb] = text.split(" ");
  return `${verb} ${/\b((?:clickbridge|b|information_schema)[._]\w+)/.exec(text)?.[1] ?? ""}`.trim();
};

test("the run sent statements of every kind that the service has", () => {
  const tables = [
    ...[
      "anomaly",
      "attempt",
      "charge",
      "event",
      "fiscal",
      "fiscal_receipt",
      "invoice",
      "lease",
      "order_update",
      "payment",
    ],
    "service",
  ];
  const kinds = new Set([...sent.texts].map(kindOf));

  for (const name of tables) {
    expect(kinds).toContain(`INSERT clickbridge_${name}`);
    expect(kinds).toContain(`CREATE clickbridge_${name}`);
  }
  expect(kinds).toContain("DELETE clickbridge_event");
  const updated = [
    "anomaly",
    "attempt",
    "charge",
    "event",
    "event_log",
    "fiscal",
    "invoice",
    "lease",
    "order_update",
    "payment",
  ];
  for (const name of updated) {
    expect([...sent.texts].join("\n")).toMatch(new RegExp(`UPDATE clickbridge_${name}\\b`));
  }
  expect(sent.texts.size).toBeGreaterThan(50);
});

test("every statement is MySQL to a parser, or one of the few that set up a session", () => {
  const unread = [...sent.texts]
    .filter((text) => text !== "" && !isSession(text))
    .flatMap((text) => {
      try {
        parser.astify(text, { database: "MySQL" });
        return [];
      } catch (error) {
        return [`${text}\n  ${(error as Error).message.slice(0, 200)}`];
      }
    });

  expect(unread).toEqual([]);
});

describe("no statement uses", () => {
  test.each(ONE_SIDED)("%s", (_, pattern, sample) => {
    expect([...sent.texts, sample].filter((text) => pattern.test(text))).toEqual([sample]);
  });
});

describe("no statement calls what is", () => {
  test.each(REFUSED_FUNCTIONS.flatMap(([why, names]) => names.map((name) => [why, name])))("%s: %s", (_, name) => {
    const called = new RegExp(`\\b${name}\\s*\\(`, "i");
    const sample = `SELECT ${name}(a) FROM t`;

    expect([...sent.texts, sample].filter((text) => called.test(text))).toEqual([sample]);
  });
});

test("no statement writes a table of the shop", () => {
  const sample = "UPDATE b_sale_order SET PAYED = 'Y'";

  expect([...sent.texts, sample].filter((text) => WRITES_SHOP.test(text))).toEqual([sample]);
});
