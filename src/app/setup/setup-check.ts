export type CheckStatus = "OK" | "WARNING" | "FAULT" | "UNKNOWN";

/** Stable ids for programs, in the order of the report. */
export const CHECK_IDS = [
  ...([
    "service",
    "module_version",
    "configuration",
    "database",
    "database_version",
    "migrations",
    "database_grants",
    "shop_tables",
  ] as const),
  ...(["durability"] as const),
  ...(["binlog_format", "instance", "settings", "shared_key", "test_mode"] as const),
  ...(["callback_https", "callback_prepare", "callback_complete", "click_api", "click_clock"] as const),
  ...(["order_updates", "anomalies", "last_callback"] as const),
  ...(["currency", "currency_format", "currency_restriction"] as const),
] as const;
export type CheckId = (typeof CHECK_IDS)[number];

/** One check. Texts are for an admin: no keys, no passwords, no personal data. */
export interface SetupCheck {
  readonly id: CheckId;
  /** `service 11111`, `pay system 3`; empty for a check that runs once. */
  readonly subject: string;
  readonly status: CheckStatus;
  readonly message: string;
  /** Empty when there is nothing to do. */
  readonly remedy: string;
  /** A page to open about it. */
  readonly link?: string;
}

/** Makes the results of one check. */
export function about(id: CheckId, subject = "") {
  const ending = (status: CheckStatus) => (message: string, remedy: string) =>
    ({ id, subject, status, message, remedy }) satisfies SetupCheck;
  return {
    ok: (message: string): SetupCheck => ending("OK")(message, ""),
    warning: ending("WARNING"),
    fault: ending("FAULT"),
    unknown: ending("UNKNOWN"),
  };
}
