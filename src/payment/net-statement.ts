import type { StatementLine } from "./statement.ts";

/** What all lines of one debit say together. */
export interface StatementDebit {
  readonly clickPaymentId: string | undefined;
  readonly clickTransId: string | undefined;
  readonly reference: string | undefined;
  readonly lines: readonly StatementLine[];
  /** What Click holds of it, as far as these lines tell. */
  readonly netTiyin: bigint;
}

export interface NetStatement {
  readonly debits: readonly StatementDebit[];
  /** Lines that say word for word what an earlier one said. */
  readonly duplicateCount: number;
}

/** Adds up the lines of each debit. A line that stands there twice counts once. */
export function netStatement(lines: readonly StatementLine[]): NetStatement {
  const seen = new Set<string>();
  const groups = new Map<string, StatementLine[]>();
  let duplicateCount = 0;
  for (const line of lines) {
    const text = isIdentified(line) ? wordsOf(line) : undefined;
    if (text !== undefined && seen.has(text)) {
      duplicateCount += 1;
      continue;
    }
    if (text !== undefined) seen.add(text);
    const key = keyOf(line, groups);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
    // A line of the return may have one of the two numbers only.
    if (group === undefined && line.clickPaymentId !== undefined && line.clickTransId !== undefined)
      groups.set(`trans:${line.clickTransId}`, groups.get(key) ?? []);
  }
  return { debits: [...new Set(groups.values())].map(debitOf), duplicateCount };
}

/** Without a number of Click's or a time, two payments of one order may look the same. */
function isIdentified({ clickPaymentId, clickTransId, time }: StatementLine): boolean {
  return clickPaymentId !== undefined || clickTransId !== undefined || time !== undefined;
}

function wordsOf({ clickPaymentId, clickTransId, reference, amountTiyin, time, status }: StatementLine): string {
  return `${clickPaymentId}/${clickTransId}/${reference}/${amountTiyin}/${time?.getTime()}/${status}`;
}

function keyOf(
  { clickPaymentId, clickTransId, reference }: StatementLine,
  groups: ReadonlyMap<string, unknown>,
): string {
  const byTrans = `trans:${clickTransId}`;
  if (clickPaymentId !== undefined) {
    const byPayment = `payment:${clickPaymentId}`;
    return groups.has(byPayment) || clickTransId === undefined || !groups.has(byTrans) ? byPayment : byTrans;
  }
  return clickTransId !== undefined ? byTrans : `reference:${reference}`;
}

function debitOf(lines: readonly StatementLine[]): StatementDebit {
  const find = (name: "clickPaymentId" | "clickTransId" | "reference") =>
    lines.find((line) => line[name] !== undefined)?.[name];
  const [clickPaymentId, clickTransId] = [find("clickPaymentId"), find("clickTransId")];
  const hasClickId = clickPaymentId !== undefined || clickTransId !== undefined;
  return { clickPaymentId, clickTransId, reference: find("reference"), lines, netTiyin: netOf(lines, hasClickId) };
}

/**
 * A return stands there as a negative sum, or as a line beside the paid one, or as the status of the only line. Without Click's
 * numbers several tries of one order look like one debit, so that a return beside a paid line may be another try's.
 */
function netOf(lines: readonly StatementLine[], hasClickId: boolean): bigint {
  const isPaid = lines.some(({ status, amountTiyin }) => status === "PAID" && amountTiyin > 0n);
  let netTiyin = 0n;
  for (const { status, amountTiyin } of lines) {
    if (status === "UNPAID") continue;
    if (status === "PAID" || amountTiyin < 0n) netTiyin += amountTiyin;
    else if (isPaid && hasClickId) netTiyin -= amountTiyin;
  }
  return netTiyin;
}
