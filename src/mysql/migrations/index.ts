import type { Knex } from "knex";
import { column, key, type Migration, nullable, row, table } from "./migration.ts";

/**
 * Our own tables, one statement a migration: DDL commits by itself in MySQL, so a migration that dies half-way must have done
 * all or nothing, and one that died before it was noted must do no harm when it comes again. Never alters a b_* table.
 *
 * Ids and texts are compared byte for byte: shops live in case-insensitive collations that take `Abc` for `abc`.
 * Times are UTC, by the database's clock.
 */
const NOW = "datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)";
const WORD = "varchar(32) CHARACTER SET ascii COLLATE ascii_bin";
const FEE = "bigint NOT NULL DEFAULT 0 COMMENT 'what of amount_tiyin the buyer pays on top of the order'";

const MIGRATIONS: readonly Migration[] = [
  {
    name: "001_service",
    // Which reference a service uses. Fixed with its first link or attempt: old links would aim at other orders otherwise.
    ...table(
      "clickbridge_service",
      `service_id bigint NOT NULL PRIMARY KEY,
       reference ${WORD} NOT NULL,
       create_time ${NOW}`,
    ),
  },
  {
    name: "002_payment",
    // The lock that every transaction about a payment takes first. No other unique key, so that this lock is one row.
    ...table(
      "clickbridge_payment",
      `payment_id int NOT NULL PRIMARY KEY COMMENT 'b_sale_order_payment.ID',
       order_id int NOT NULL,
       version int NOT NULL DEFAULT 1,
       create_time ${NOW},
       update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
       KEY clickbridge_payment_order (order_id),
       KEY clickbridge_payment_created (create_time, payment_id)`,
    ),
  },
  {
    name: "003_attempt",
    // merchant_trans_key: even utf8mb4_bin takes 'A ' for 'A', so the binding is unique over a digest of the exact bytes.
    // captured_payment_id: at most one attempt holds a payment, whatever the code does.
    ...table(
      "clickbridge_attempt",
      `id int NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'merchant_prepare_id',
       service_id bigint NOT NULL,
       click_trans_id bigint NOT NULL,
       merchant_trans_id varchar(255) NOT NULL,
       merchant_trans_key binary(32) NOT NULL COMMENT 'SHA-256 of merchant_trans_id',
       payment_id int NULL,
       order_id int NULL,
       amount_tiyin bigint NOT NULL,
       state ${WORD} NOT NULL,
       last_answer smallint NOT NULL,
       click_paydoc_id bigint NULL COMMENT 'the first one; not signed by Click',
       complete_click_trans_id bigint NULL COMMENT 'when it differs from click_trans_id',
       caller_address varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
       capture_time datetime(3) NULL,
       create_time ${NOW},
       update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
       captured_payment_id int GENERATED ALWAYS AS
         (CASE WHEN state IN ('CAPTURED', 'SETTLED') THEN payment_id ELSE NULL END) STORED,
       UNIQUE KEY clickbridge_attempt_binding (service_id, click_trans_id, merchant_trans_key),
       UNIQUE KEY clickbridge_attempt_captured (captured_payment_id),
       KEY clickbridge_attempt_payment (payment_id),
       KEY clickbridge_attempt_trans (click_trans_id),
       KEY clickbridge_attempt_paydoc (click_paydoc_id),
       KEY clickbridge_attempt_state (state, update_time)`,
    ),
  },
  {
    name: "004_order_update",
    ...table(
      "clickbridge_order_update",
      `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
       attempt_id int NOT NULL,
       kind ${WORD} NOT NULL,
       state ${WORD} NOT NULL,
       payment_id int NOT NULL,
       order_id int NOT NULL,
       amount_tiyin bigint NOT NULL,
       token varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'of the try under way',
       lease_expire_time datetime(3) NULL,
       start_time datetime(3) NULL COMMENT 'when a save was announced',
       due_time ${NOW},
       try_count int NOT NULL DEFAULT 0,
       refusal ${WORD} NULL,
       detail varchar(250) NULL,
       create_time ${NOW},
       update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
       UNIQUE KEY clickbridge_order_update_attempt (attempt_id, kind),
       KEY clickbridge_order_update_due (state, due_time),
       KEY clickbridge_order_update_payment (payment_id, id)`,
    ),
  },
  {
    name: "005_anomaly",
    ...table(
      "clickbridge_anomaly",
      `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
       subject varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'attempt:ID, or trans:… without one',
       kind ${WORD} NOT NULL,
       state ${WORD} NOT NULL DEFAULT 'OPEN',
       attempt_id int NULL,
       service_id bigint NOT NULL,
       detail text NOT NULL COMMENT 'JSON',
       seen_count int NOT NULL DEFAULT 1,
       create_time ${NOW},
       update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
       UNIQUE KEY clickbridge_anomaly_subject (subject, kind),
       KEY clickbridge_anomaly_state (state, id),
       KEY clickbridge_anomaly_attempt (attempt_id)`,
    ),
  },
  {
    name: "006_event",
    // seq stays NULL until a sequencer numbers the committed row, so that a cursor never skips one that commits late.
    ...table(
      "clickbridge_event",
      `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
       seq bigint NULL,
       schema_version smallint NOT NULL DEFAULT 1,
       aggregate_type ${WORD} NOT NULL,
       aggregate_id varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       type ${WORD} NOT NULL,
       service_id bigint NOT NULL,
       payment_id int NULL,
       payload text NOT NULL COMMENT 'JSON; no personal data',
       create_time ${NOW},
       UNIQUE KEY clickbridge_event_seq (seq)`,
    ),
  },
  {
    name: "007_invoice",
    ...table(
      "clickbridge_invoice",
      `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
       caller varchar(64) NOT NULL,
       request_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       request_hash binary(32) NOT NULL,
       user_id varchar(64) NOT NULL,
       state ${WORD} NOT NULL,
       service_id bigint NOT NULL,
       payment_id int NOT NULL,
       order_id int NOT NULL,
       reference varchar(255) NOT NULL,
       amount_tiyin bigint NOT NULL,
       phone varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       click_invoice_id bigint NULL,
       click_error_code int NOT NULL DEFAULT 0,
       click_error_note varchar(250) NOT NULL DEFAULT '',
       create_time ${NOW},
       update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
       UNIQUE KEY clickbridge_invoice_request (caller, request_id),
       KEY clickbridge_invoice_payment (payment_id),
       KEY clickbridge_invoice_click (click_invoice_id),
       KEY clickbridge_invoice_phone (phone)`,
    ),
  },
  {
    name: "008_attempt_click_payment",
    // Confirmed by Click itself for the attempt's reference, unlike click_paydoc_id. One payment of Click's pays once.
    ...column({
      table: "clickbridge_attempt",
      name: "click_payment_id",
      type: "bigint NULL COMMENT 'as Click itself confirmed it'",
      uniqueKey: { name: "clickbridge_attempt_click_payment", columns: "service_id, click_payment_id" },
    }),
  },
  {
    name: "009_invoice_send_token",
    // Who claimed the invoice for sending: a claimer that lost the reply to its COMMIT finds itself here.
    ...column({
      table: "clickbridge_invoice",
      name: "send_token",
      type: "varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'of the claim for sending'",
    }),
  },
  {
    name: "010_lease",
    // Who does a piece of work that one replica at a time is enough for. It saves work; nothing is right because of it.
    ...table(
      "clickbridge_lease",
      `name varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
       holder varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       expire_time datetime(3) NOT NULL,
       create_time ${NOW},
       update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3)`,
    ),
  },
  {
    name: "011_charge",
    // Money that we asked Click to take. No card number, token, code or expiry, not even a digest of one.
    ...table(
      "clickbridge_charge",
      `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
       kind ${WORD} NOT NULL COMMENT 'CARD or PASS',
       caller varchar(64) NOT NULL,
       request_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       request_hash binary(32) NOT NULL,
       user_id varchar(64) NOT NULL,
       state ${WORD} NOT NULL,
       send_token varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'of the claim for sending',
       send_time datetime(3) NULL COMMENT 'of that claim',
       service_id bigint NOT NULL,
       payment_id int NOT NULL,
       order_id int NOT NULL,
       reference varchar(255) NOT NULL,
       amount_tiyin bigint NOT NULL,
       click_payment_id bigint NULL,
       click_status ${WORD} NULL COMMENT 'the last that Click said of the payment',
       card_type ${WORD} NULL,
       processing ${WORD} NULL,
       click_refusal ${WORD} NULL,
       click_error_code int NOT NULL DEFAULT 0,
       click_error_note varchar(250) NOT NULL DEFAULT '',
       confirmation ${WORD} NOT NULL DEFAULT 'NOT_NEEDED',
       confirm_token varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'of the claim for confirming',
       confirm_caller varchar(64) NULL,
       confirm_user_id varchar(64) NULL,
       create_time ${NOW},
       update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
       UNIQUE KEY clickbridge_charge_request (caller, kind, request_id),
       KEY clickbridge_charge_payment (payment_id, id),
       KEY clickbridge_charge_click (click_payment_id),
       KEY clickbridge_charge_state (state, update_time)`,
    ),
  },
  {
    name: "012_fiscal",
    // What was handed to Click about receipts. Not the goods: the caller has them.
    ...table(
      "clickbridge_fiscal",
      `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
       kind ${WORD} NOT NULL COMMENT 'ITEMS or QR_CODE',
       caller varchar(64) NOT NULL,
       request_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       request_hash binary(32) NOT NULL,
       user_id varchar(64) NOT NULL,
       state ${WORD} NOT NULL,
       send_token varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'of the claim for sending',
       service_id bigint NOT NULL,
       payment_id int NOT NULL,
       order_id int NOT NULL,
       click_payment_id bigint NOT NULL,
       click_refusal ${WORD} NULL,
       click_error_code int NOT NULL DEFAULT 0,
       click_error_note varchar(250) NOT NULL DEFAULT '',
       create_time ${NOW},
       update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
       UNIQUE KEY clickbridge_fiscal_request (caller, kind, request_id),
       KEY clickbridge_fiscal_click (service_id, click_payment_id, id),
       KEY clickbridge_fiscal_payment (payment_id, id)`,
    ),
  },
  {
    name: "012_fiscal_receipt",
    // The receipt of a payment of Click's, with the parts of its address.
    ...table(
      "clickbridge_fiscal_receipt",
      `service_id bigint NOT NULL,
       click_payment_id bigint NOT NULL,
       payment_id int NOT NULL,
       qr_code_url varchar(500) NOT NULL,
       terminal_id varchar(64) NOT NULL COMMENT 't',
       receipt_number varchar(64) NOT NULL COMMENT 'r',
       receipt_time datetime NULL COMMENT 'c',
       fiscal_sign varchar(64) NOT NULL COMMENT 's',
       create_time ${NOW},
       update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
       PRIMARY KEY (service_id, click_payment_id),
       KEY clickbridge_fiscal_receipt_payment (payment_id)`,
    ),
  },
  {
    name: "013_attempt_without_trans",
    // An attempt that Click took money for without a Prepare: a charged card, or one whose callbacks were lost.
    ...nullable("clickbridge_attempt", "click_trans_id bigint"),
  },
  {
    name: "014_attempt_complete_trans",
    // A Complete under another number of Click's is recognised when its text comes again, divided otherwise.
    ...key("clickbridge_attempt", "clickbridge_attempt_complete_trans", "complete_click_trans_id"),
  },
  {
    name: "015_refund",
    // open_attempt_id: at most one refund of an attempt is under way, whatever the code does.
    ...table(
      "clickbridge_refund",
      `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
       caller varchar(64) NOT NULL,
       request_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       request_hash binary(32) NOT NULL,
       user_id varchar(64) NOT NULL,
       state ${WORD} NOT NULL,
       send_token varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'of the claim for sending',
       attempt_id int NOT NULL,
       service_id bigint NOT NULL,
       payment_id int NULL,
       order_id int NULL,
       amount_tiyin bigint NOT NULL,
       is_partial tinyint NOT NULL,
       click_payment_id bigint NOT NULL,
       click_error_code int NOT NULL DEFAULT 0,
       click_error_note varchar(250) NOT NULL DEFAULT '',
       still_paid_reads int NOT NULL DEFAULT 0 COMMENT 'how often Click showed it paid after a lost reply',
       create_time ${NOW},
       update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3),
       open_attempt_id int GENERATED ALWAYS AS
         (CASE WHEN state IN ('STORED', 'SENDING', 'UNKNOWN') THEN attempt_id ELSE NULL END) STORED,
       UNIQUE KEY clickbridge_refund_request (caller, request_id),
       UNIQUE KEY clickbridge_refund_open (open_attempt_id),
       KEY clickbridge_refund_attempt (attempt_id),
       KEY clickbridge_refund_payment (payment_id),
       KEY clickbridge_refund_state (state, update_time)`,
    ),
  },
  {
    name: "016_anomaly_decision",
    // Append only: who decided what about an anomaly, and when.
    ...table(
      "clickbridge_anomaly_decision",
      `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
       anomaly_id bigint NOT NULL,
       way ${WORD} NOT NULL,
       note varchar(500) NOT NULL,
       caller varchar(64) NOT NULL,
       user_id varchar(64) NOT NULL,
       create_time ${NOW},
       KEY clickbridge_anomaly_decision_anomaly (anomaly_id, id)`,
    ),
  },
  {
    name: "017_question",
    // When reconciliation asks Click next about an attempt, or about a payment of the shop that has none. due_time NULL: no more.
    ...table(
      "clickbridge_question",
      `subject ${WORD} NOT NULL COMMENT 'ATTEMPT or PAYMENT',
       subject_id int NOT NULL,
       due_time datetime(3) NULL,
       ask_count int NOT NULL DEFAULT 0,
       create_time ${NOW},
       PRIMARY KEY (subject, subject_id),
       KEY clickbridge_question_due (due_time)`,
    ),
  },
  {
    name: "018_instance",
    // Which installation moves money with this database: a copy of it must not. One row.
    ...table(
      "clickbridge_instance",
      `id tinyint NOT NULL PRIMARY KEY,
       name varchar(64) NOT NULL,
       update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3)`,
    ),
  },
  {
    name: "019_event_log",
    // One row, the lock of whoever numbers or purges events. It remembers what was purged when no event is left.
    ...table(
      "clickbridge_event_log",
      `id tinyint NOT NULL PRIMARY KEY,
       last_seq bigint NOT NULL DEFAULT 0 COMMENT 'the highest number given',
       purged_seq bigint NOT NULL DEFAULT 0 COMMENT 'no event up to this one is kept',
       update_time ${NOW} ON UPDATE CURRENT_TIMESTAMP(3)`,
    ),
  },
  {
    name: "020_checkout_key",
    // What signs the tokens of payment pages. One row, made when the first token is. Deleting it ends every token.
    ...table(
      "clickbridge_checkout_key",
      `id tinyint NOT NULL PRIMARY KEY,
       key_bytes binary(32) NOT NULL,
       create_time ${NOW}`,
    ),
  },
  {
    name: "020_event_log_row",
    ...row("clickbridge_event_log", "id", "1"),
  },
  {
    name: "021_attempt_fee",
    // The order's sum is amount_tiyin - fee_tiyin: kept as it was at Prepare, for the percentage may change.
    ...column({ table: "clickbridge_attempt", name: "fee_tiyin", type: FEE }),
  },
  {
    name: "021_invoice_caller_network",
    // Whence a payment page asked for the bill, to count by; NULL for a back office.
    ...column({
      table: "clickbridge_invoice",
      name: "caller_network",
      type: "varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL",
    }),
  },
  {
    name: "021_invoice_caller_network_key",
    ...key("clickbridge_invoice", "clickbridge_invoice_network", "caller_network, create_time"),
  },
  {
    name: "021_invoice_created_key",
    ...key("clickbridge_invoice", "clickbridge_invoice_created", "create_time"),
  },
  {
    name: "022_invoice_fee",
    ...column({ table: "clickbridge_invoice", name: "fee_tiyin", type: FEE }),
  },
  {
    name: "023_charge_fee",
    ...column({ table: "clickbridge_charge", name: "fee_tiyin", type: FEE }),
  },
  {
    name: "030_certification",
    // Payments of Click's certification tool: no order, no money.
    ...table(
      "clickbridge_certification",
      `id int NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'merchant_prepare_id',
       service_id bigint NOT NULL,
       click_trans_id bigint NOT NULL,
       amount_tiyin bigint NOT NULL,
       state ${WORD} NOT NULL,
       create_time ${NOW},
       KEY clickbridge_certification_trans (service_id, click_trans_id, id)`,
    ),
  },
  {
    name: "031_refund_refusal",
    ...column({ table: "clickbridge_refund", name: "click_refusal", type: `${WORD} NULL` }),
  },
  {
    name: "032_question_ask_time",
    // So that a capture is asked about soon, also when its Prepare was asked about long ago.
    ...column({ table: "clickbridge_question", name: "ask_time", type: "datetime(3) NULL" }),
  },
  {
    name: "032_question_denial_time",
    ...column({
      table: "clickbridge_question",
      name: "denial_time",
      type: "datetime(3) NULL COMMENT 'when Click first denied the capture'",
    }),
  },
  {
    name: "033_order_update_save_count",
    ...column({
      table: "clickbridge_order_update",
      name: "save_count",
      type: "int NOT NULL DEFAULT 0 COMMENT 'saves that were announced'",
    }),
  },
  {
    name: "033_event_aggregate_key",
    // For the audit: what was told of an attempt.
    ...key("clickbridge_event", "clickbridge_event_aggregate", "aggregate_id, aggregate_type"),
  },
  {
    name: "034_restore",
    // Append only: when the database was known to have gone back in time, by whom, and where its numbers go on. kept_*: the last that is left.
    ...table(
      "clickbridge_restore",
      `id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
       since_time datetime(3) NOT NULL COMMENT 'what was committed after it may be lost',
       epoch bigint NOT NULL,
       kept_seq bigint NOT NULL,
       from_seq bigint NOT NULL,
       kept_attempt_id int NOT NULL,
       from_attempt_id int NOT NULL,
       kept_payment_id int NOT NULL COMMENT 'newest b_sale_order_payment.ID',
       actor varchar(64) NOT NULL,
       create_time ${NOW},
       UNIQUE KEY clickbridge_restore_epoch (epoch)`,
    ),
  },
];

export const MIGRATION_TABLE = "clickbridge_migration";
export const MIGRATION_NAMES: readonly string[] = MIGRATIONS.map((migration) => migration.name);

/** Migrations from code, so that the built package needs no folder listing. */
export const migrationSource: Knex.MigrationSource<Migration> = {
  getMigrations: async () => [...MIGRATIONS],
  getMigrationName: (migration) => migration.name,
  getMigration: async (migration) => migration,
};
