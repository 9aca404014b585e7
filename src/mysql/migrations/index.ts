import type { Knex } from "knex";
import { ANOMALY } from "./anomaly.ts";
import { ANOMALY_DECISION } from "./anomaly-decision.ts";
import { ATTEMPT } from "./attempt.ts";
import { ATTEMPT_CLICK_ERROR_CODE, ATTEMPT_CLICK_ERROR_NOTE } from "./attempt-click-error.ts";
import { CERTIFICATION } from "./certification.ts";
import { CHARGE } from "./charge.ts";
import { CHECKOUT_KEY } from "./checkout-key.ts";
import { EVENT } from "./event.ts";
import { EVENT_LOG } from "./event-log.ts";
import { FISCAL } from "./fiscal.ts";
import { FISCAL_RECEIPT } from "./fiscal-receipt.ts";
import { INSTANCE } from "./instance.ts";
import { INVOICE } from "./invoice.ts";
import { LEASE } from "./lease.ts";
import { LEDGER } from "./ledger.ts";
import { LEDGER_BACKFILL } from "./ledger-backfill.ts";
import type { Migration } from "./migration.ts";
import { ORDER_UPDATE } from "./order-update.ts";
import { PAYMENT } from "./payment.ts";
import { REFUND } from "./refund.ts";
import { REFUND_DONE_TIME, REFUND_NOTE } from "./refund-audit.ts";
import { REFUND_LIMIT, REFUND_TOKEN, REFUND_TOKEN_KEY } from "./refund-limit.ts";
import { RESTORE } from "./restore.ts";
import { SERVICE } from "./service.ts";
import { STATEMENT_LAYOUT } from "./statement-layout.ts";
import { STATUS_POLL } from "./status-poll.ts";

/**
 * Our own tables: one migration creates one table, and each change after a release is its own migration. DDL commits implicitly in MySQL,
 * so a migration is one statement (a first row may follow) and must be idempotent, because a crash can repeat it. Never alters a b_* table.
 *
 * Ids and texts are compared byte for byte: shops use case-insensitive collations, in which `Abc` equals `abc`.
 * Times are UTC, by the database's clock.
 */
const MIGRATIONS: readonly Migration[] = [
  INSTANCE,
  SERVICE,
  PAYMENT,
  ATTEMPT,
  ORDER_UPDATE,
  ANOMALY,
  ANOMALY_DECISION,
  EVENT,
  EVENT_LOG,
  INVOICE,
  CHARGE,
  REFUND,
  FISCAL,
  FISCAL_RECEIPT,
  STATUS_POLL,
  LEASE,
  CHECKOUT_KEY,
  CERTIFICATION,
  RESTORE,
  REFUND_NOTE,
  REFUND_DONE_TIME,
  LEDGER,
  LEDGER_BACKFILL,
  REFUND_TOKEN,
  REFUND_TOKEN_KEY,
  REFUND_LIMIT,
  ATTEMPT_CLICK_ERROR_CODE,
  ATTEMPT_CLICK_ERROR_NOTE,
  STATEMENT_LAYOUT,
];

export const MIGRATION_TABLE = "clickbridge_migration";
export const MIGRATION_NAMES: readonly string[] = MIGRATIONS.map((migration) => migration.name);

/** Migrations from code, so that the built package needs no folder listing. */
export const migrationSource: Knex.MigrationSource<Migration> = {
  getMigrations: async () => [...MIGRATIONS],
  getMigrationName: (migration) => migration.name,
  getMigration: async (migration) => migration,
};
