import type { Knex } from "knex";

/** One change of our own tables. It is idempotent. */
export interface Migration {
  readonly name: string;
  readonly up: (db: Knex) => Promise<unknown>;
  readonly down: (db: Knex) => Promise<unknown>;
}

type Change = Pick<Migration, "up" | "down">;

const TABLE_OPTIONS = "ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

/** `firstRow`: the initial row of a single-row table. */
export function table(name: string, columns: string, { firstRow }: { readonly firstRow?: string } = {}): Change {
  return {
    up: async (db) => {
      await db.raw(`CREATE TABLE IF NOT EXISTS ${name} (${columns}) ${TABLE_OPTIONS}`);
      if (firstRow !== undefined) await db.raw(`INSERT IGNORE INTO ${name} ${firstRow}`);
    },
    down: async (db) => db.raw(`DROP TABLE IF EXISTS ${name}`),
  };
}

interface NewColumn {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  /** A unique key that is added with the column. */
  readonly uniqueKey?: { readonly name: string; readonly columns: string };
}

/**
 * Adds a column, with its key in the same statement, because ALTER TABLE does all or nothing. Looks up whether the column exists, because
 * only MariaDB has `ADD COLUMN IF NOT EXISTS`.
 */
export function column({ table: tableName, name, type, uniqueKey: key }: NewColumn): Change {
  const add = [`ADD COLUMN ${name} ${type}`, ...(key ? [`ADD UNIQUE KEY ${key.name} (${key.columns})`] : [])];
  // Drops the key first: without this column it would be unique over the others.
  const drop = [...(key ? [`DROP KEY ${key.name}`] : []), `DROP COLUMN ${name}`];
  const alter = (db: Knex, changes: readonly string[]) => db.raw(`ALTER TABLE ${tableName} ${changes.join(", ")}`);
  return {
    up: async (db) => ((await hasColumn(db, tableName, name)) ? undefined : alter(db, add)),
    down: async (db) => ((await hasColumn(db, tableName, name)) ? alter(db, drop) : undefined),
  };
}

/** Adds a key to an existing table. */
export function key(tableName: string, name: string, columns: string): Change {
  const alter = (db: Knex, change: string) => db.raw(`ALTER TABLE ${tableName} ${change}`);
  return {
    up: async (db) => ((await hasKey(db, tableName, name)) ? undefined : alter(db, `ADD KEY ${name} (${columns})`)),
    down: async (db) => ((await hasKey(db, tableName, name)) ? alter(db, `DROP KEY ${name}`) : undefined),
  };
}

async function hasKey(db: Knex, tableName: string, name: string): Promise<boolean> {
  const [rows] = await db.raw(
    "SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND INDEX_NAME = ?",
    [tableName, name],
  );
  return rows.length > 0;
}

async function hasColumn(db: Knex, tableName: string, name: string): Promise<boolean> {
  const [rows] = await db.raw(
    "SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND COLUMN_NAME = ?",
    [tableName, name],
  );
  return rows.length > 0;
}
