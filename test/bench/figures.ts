import type { Load } from "./load.ts";

/** One row of the table: a thing measured, and where it applies the floor measured beside it. */
export interface Figure {
  readonly group: string;
  readonly name: string;
  readonly inFlight?: number;
  readonly load?: Load;
  readonly value?: number;
  readonly unit?: string;
  /** Ratios to the floors of the same run, by name. */
  readonly ratios?: Readonly<Record<string, number>>;
}

/** A promise of the issue, held or not. */
export interface Target {
  readonly name: string;
  readonly limit: string;
  readonly measured: number;
  readonly met: boolean;
}

export interface Report {
  readonly figures: readonly Figure[];
  readonly targets: readonly Target[];
}

/** The report as one table for people. */
export function printReport({ figures, targets }: Report): string {
  const rows = [["", "what", "in flight", "per second", "p50 ms", "p99 ms", "ratios"], ...figures.map(figureCells)];
  const lines = align(rows);
  const verdicts = align(targets.map((t) => [t.met ? "met" : "MISSED", t.name, round(t.measured), t.limit]));
  return [...lines, "", ...verdicts].join("\n");
}

function figureCells({ group, name, inFlight, load, value, unit, ratios }: Figure): string[] {
  const ratio = Object.entries(ratios ?? {}).map(([floor, times]) => `${floor} ${round(times)}`);
  const measured = value === undefined ? "" : `${round(value)} ${unit ?? ""}`;
  return [
    group,
    name,
    inFlight === undefined ? "" : String(inFlight),
    load === undefined ? measured : round(load.ratePerSecond),
    load === undefined ? "" : round(load.p50Ms),
    load === undefined ? "" : round(load.p99Ms),
    ratio.join(", "),
  ];
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
