type Write = (line: string) => void;

export const toStdout: Write = (line) => console.log(line);

const GAP = "  ";

/** Columns as wide as their widest cell, with one call of `write` per line. */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  write: Write = toStdout,
): void {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  for (const cells of [head, ...rows])
    write(
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join(GAP)
        .trimEnd(),
    );
}
