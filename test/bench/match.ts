import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Table } from "../../src/spreadsheet/table.ts";
import { xlsxFile } from "../../src/spreadsheet/write-xlsx.ts";
import { startMariadb } from "../support/servers/mariadb.ts";
import { addMonth, type CabinetLine, cabinetCsv, linesOf } from "../support/shop/month-at-click.ts";
import { createShop, SERVICE } from "../support/shop/shop.ts";
import { cpuMsOf } from "./cpu-time.ts";

/** Matches a month of 50,000 payments on the command line, as CSV and as XLSX, and prints the time and the most memory of the process. */

const PAYMENTS = 50_000;
const LOOK_INTERVAL_MS = 10;
const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

const folder = await mkdtemp(join(tmpdir(), "clickbridge-bench-match-"));
const mariadb = await startMariadb();
process.env["CLICKBRIDGE_TEST_DATABASE_URL"] = mariadb.url("");
try {
  const shop = await createShop();
  const lines = (await addMonth(shop, PAYMENTS)).flatMap(linesOf);
  const files = { "month.csv": Buffer.from(cabinetCsv(lines)), "month.xlsx": await xlsxFile([tableOf(lines)]) };
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, name), bytes);
    const { code, seconds, cpuSeconds, peakMb } = await match(join(folder, name), shop.url);
    const size = `${(bytes.length / 1024 / 1024).toFixed(1)} MiB`;
    console.log(
      `${name}: ${lines.length} lines, ${size}: ${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of CPU), ${peakMb.toFixed(0)} MB, exit code ${code}`,
    );
  }
  await shop.stop();
} finally {
  await mariadb.stop();
  await rm(folder, { recursive: true, force: true });
}

function tableOf(lines: readonly CabinetLine[]): Table {
  return {
    name: "month",
    head: ["№", "Номер платежа", "ID транзакции", "Дата", "Сумма", "Комиссия", "Статус", "Номер заказа"],
    rows: lines.map(({ payment, amountTiyin, status }, index) => [
      ...[index + 1, payment.clickPaymentId, payment.clickTransId],
      new Date(payment.time.getTime() + 5 * 3_600_000).toISOString().slice(0, 19).replace("T", " "),
      ...[amountTiyin, amountTiyin / 100n, status, payment.orderNumber],
    ]),
  };
}

async function match(file: string, databaseUrl: string) {
  const args = [file, "--service", SERVICE.serviceId, "--month", "2026-10", "--confirm-columns"];
  const startMs = performance.now();
  const child = spawn(CLI, ["match", ...args], {
    env: { ...process.env, CLICKBRIDGE_DATABASE_URL: databaseUrl },
    stdio: ["ignore", "inherit", "inherit"],
  });
  let [peakMb, cpuMs] = [0, 0];
  const looking = setInterval(() => {
    peakMb = Math.max(peakMb, peakMbOf(child.pid ?? 0));
    cpuMs = Math.max(cpuMs, lastCpuMsOf(child.pid ?? 0));
  }, LOOK_INTERVAL_MS);
  const [code] = (await once(child, "exit")) as [number];
  clearInterval(looking);
  return { code, seconds: (performance.now() - startMs) / 1_000, cpuSeconds: cpuMs / 1_000, peakMb };
}

function lastCpuMsOf(pid: number): number {
  try {
    return cpuMsOf(pid);
  } catch {
    return 0;
  }
}

/** 0: it has ended. */
function peakMbOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
