import type { Shop } from "../shop/shop.ts";
import { until } from "../until.ts";

/** Stops a service between storing a request and claiming it for sending, for as long as a test wants: no wire breaks, no clock. */
export interface BeforeSending {
  /** Settles when a service waits there. */
  reached(): Promise<void>;
  /** The waiting service is dead: its transaction ends as the database ends those of the dead, and nothing waits any more. */
  bury(): Promise<void>;
}

const LOCK = "kill-test";
const LOCK_SECONDS_MAX = 60;

/** Its claim, an UPDATE to SENDING, runs into a lock that the test holds. */
export async function holdBeforeSending(shop: Shop, table: "invoice" | "refund" | "charge"): Promise<BeforeSending> {
  const holder = await shop.pool.getConnection();
  await holder.query("SELECT GET_LOCK(?, ?)", [LOCK, LOCK_SECONDS_MAX]);
  await holder.query(
    `CREATE TRIGGER hold_${table} BEFORE UPDATE ON clickbridge_${table} FOR EACH ROW
     BEGIN IF NEW.state = 'SENDING' THEN DO GET_LOCK('${LOCK}', ${LOCK_SECONDS_MAX}); END IF; END`,
  );
  const waiting = async () =>
    (await holder.query(
      "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND STATE LIKE 'User lock%'",
    )) as unknown as [readonly { readonly id: number }[]];
  return {
    reached: () => until("no service came to its claim", async () => (await waiting())[0].length > 0),
    bury: async () => {
      for (const { id } of (await waiting())[0]) await holder.query(`KILL ${id}`);
      await until("the dead one's claim did not end", async () => (await waiting())[0].length === 0);
      await holder.query(`DROP TRIGGER hold_${table}`);
      await holder.query("SELECT RELEASE_LOCK(?)", [LOCK]);
      holder.release();
    },
  };
}
