import type { Knex } from "knex";

/** One change of our own tables. What it does twice it does once. */
export interface Migration {
  readonly name: string;
  readonly up: (db: Knex) => Promise<unknown>;
  readonly down: (db: Knex) => Promise<unknown>;
}

type Change = Pick<Migration, "up" | "down">;

const TABLE_OPTIONS = "ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

/** `firstRow`: what a table of one row has from the beginning. */
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
  /** A unique key that comes with it, and its columns. */
  readonly uniqueKey?: { readonly name: string; readonly columns: string };
}

/**
 * A column for a table that is there already, with its key in the same statement: ALTER TABLE does all of it or nothing. Whether it
 * was done before has to be looked up, for `ADD COLUMN IF NOT EXISTS` is MariaDB's alone.
 */
export function column({ table: tableName, name, type, uniqueKey: key }: NewColumn): Change {
  const add = [`ADD COLUMN ${name} ${type}`, ...(key ? [`ADD UNIQUE KEY ${key.name} (${key.columns})`] : [])];
  // The key first: without one of its columns it would be unique over the others.
  const drop = [...(key ? [`DROP KEY ${key.name}`] : []), `DROP COLUMN ${name}`];
  const alter = (db: Knex, changes: readonly string[]) => db.raw(`ALTER TABLE ${tableName} ${changes.join(", ")}`);
  return {
    up: async (db) => ((await hasColumn(db, tableName, name)) ? undefined : alter(db, add)),
    down: async (db) => ((await hasColumn(db, tableName, name)) ? alter(db, drop) : undefined),
  };
}

/** A key for a table that is there already. */
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
