/**
 * Makes a PHP file do nothing when it is asked for by its own address: BitrixVM serves `/local/modules`, where a class without its parent would
 * be an error 500, and an entry point would be one more. Nobody has called a file that PHP was started for, so its backtrace is empty.
 */
const GUARD = "if (debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS, 1) === []) return;";

/** What must stand before any other statement: as much of it as the file has. */
const HEADS = [/^namespace [\w\\]+;$/m, /^declare\(strict_types=1\);$/m, /^<\?php$/m];

export function guarded(php: string): string {
  for (const head of HEADS) {
    const found = head.exec(php);
    if (found !== null) {
      const end = found.index + found[0].length;
      return `${php.slice(0, end)}\n\n${GUARD}${php.slice(end)}`;
    }
  }
  throw new Error("a PHP file begins with something else than <?php on a line of its own");
}
