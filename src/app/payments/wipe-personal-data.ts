import type { Lease } from "../instance/lease.ts";

/** What has something of a buyer's: the phone that an invoice went to, and the addresses that invoices and callbacks came from. */
export const PERSONAL_TABLES = ["invoice", "attempt"] as const;
export type PersonalTable = (typeof PERSONAL_TABLES)[number];

export interface WipeBatch {
  readonly table: PersonalTable;
  readonly olderThanDays: number;
  /** The last row that was looked at. */
  readonly afterId: number;
  readonly limit: number;
}

export interface PersonalDataStore {
  /** Wipes the next rows that are old enough: the last one of them, undefined when there is none. Wiped twice a row stays wiped. */
  wipe(batch: WipeBatch): Promise<{ readonly lastId: number | undefined; readonly seenCount: number }>;
}

export interface WipePersonalDataDeps {
  readonly eventLease: Lease;
  readonly personalData: PersonalDataStore;
}

/** Small, for the rows of a batch are locked together, and callbacks may want one of them. */
const ROWS_A_BATCH_MAX = 100;
const BATCHES_A_ROUND_MAX = 50;

/**
 * A round of wiping, for the replica whose turn it is. It goes over each table once after a start of the service, and from then on takes up
 * where it ended: how far it has come is kept nowhere, because to go over it again does no harm.
 */
export function personalDataWiper({ eventLease, personalData }: WipePersonalDataDeps, olderThanDays: number) {
  const lastIds = new Map<PersonalTable, number>();
  return async (): Promise<void> => {
    if (olderThanDays === 0 || !(await eventLease.tryAcquire())) return;
    for (const table of PERSONAL_TABLES) {
      for (let batches = 0; batches < BATCHES_A_ROUND_MAX; batches += 1) {
        const afterId = lastIds.get(table) ?? 0;
        const batch = { table, olderThanDays, afterId, limit: ROWS_A_BATCH_MAX };
        const { lastId, seenCount } = await personalData.wipe(batch);
        if (lastId !== undefined) lastIds.set(table, lastId);
        if (seenCount < ROWS_A_BATCH_MAX) break;
      }
    }
  };
}
