import type { MonthlyReport, Sums } from "../app/statement/monthly-report.ts";
import type { Table, TableCell } from "../spreadsheet/table.ts";

const SUMS_HEAD = ["taken", "count", "given back", "count", "corrected", "net", "fees"];

/** Day by day, and what each service comes to. */
export function reportTables({ days, services }: MonthlyReport): readonly Table[] {
  return [
    {
      name: "days",
      head: ["day", "service", ...SUMS_HEAD],
      rows: days.map((one) => [one.day, one.serviceId, ...cellsOf(one)]),
    },
    {
      name: "services",
      head: ["service", ...SUMS_HEAD],
      rows: services.map((one) => [one.serviceId, ...cellsOf(one)]),
    },
  ];
}

function cellsOf(sums: Sums): readonly TableCell[] {
  const { takenTiyin, takenCount, returnedTiyin, returnedCount, correctedTiyin, netTiyin, feeTiyin } = sums;
  return [takenTiyin, takenCount, returnedTiyin, returnedCount, correctedTiyin, netTiyin, feeTiyin];
}
