import type { Shop } from "../support/shop/shop.ts";
import type { OrderStock } from "./orders.ts";

/** What every measurement works on. */
export interface Bench {
  readonly shop: Shop;
  readonly stock: OrderStock;
  /** The database server's process. */
  readonly databasePid: number;
  /** For sockets and the like; removed at the end. */
  readonly folder: string;
  /** 1, or less for a quick look whose figures mean little. */
  readonly scale: number;
}

/** How many callers at once; 1 tells the latency, 64 the behaviour under a rush. */
export const IN_FLIGHT = [1, 16, 64] as const;

/** The in-flight count that the targets are about. */
export const TARGET_IN_FLIGHT = 16;
