import { join } from "node:path";

/** Where PHP's own warnings and errors of a site go. */
export function phpErrorLog(folder: string): string {
  return join(folder, "php-errors.log");
}

/** php.ini of a careful shop: everything is logged, nothing is shown. */
export function phpSettings(folder: string): readonly (readonly [name: string, value: string])[] {
  return [
    ["error_log", phpErrorLog(folder)],
    ["log_errors", "1"],
    ["display_errors", "0"],
    ["error_reporting", "32767"],
    ["date.timezone", "UTC"],
  ];
}
