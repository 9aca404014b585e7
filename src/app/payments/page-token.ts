import { createHash } from "node:crypto";
import { fail } from "../../payment/failure.ts";

const PAGE_SIZE_DEFAULT = 50;
const PAGE_SIZE_MAX = 500;

/** Rows per page: 0 means the default, and larger values are cut to the maximum. */
export function rowsOfPage(pageSize: number): number {
  return Math.min(pageSize || PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
}

/** Page tokens of one list with these filters; a token made with other filters is refused. */
export function pageTokens(filter: object): {
  readonly make: (key: readonly (string | number)[]) => string;
  readonly read: (token: string) => readonly unknown[];
} {
  const fields = Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1));
  const filterHash = createHash("sha256").update(JSON.stringify(fields, bigintAsText)).digest("base64url").slice(0, 16);
  return {
    make: (key) => Buffer.from(JSON.stringify([filterHash, ...key])).toString("base64url"),
    read: (token) => {
      const [hash, ...key] = parsed(token);
      return hash === filterHash ? key : fail({ reason: "PAGE_TOKEN_INVALID" });
    },
  };
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function parsed(token: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
