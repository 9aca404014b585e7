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

interface Group {
  readonly lines: StatementLine[];
  /** What they say; most debits have one line, which nothing can repeat. */
  words: Set<string> | undefined;
}

/** Adds up the lines of each debit. A line that stands there twice counts once. */
export function netStatement(lines: readonly StatementLine[]): NetStatement {
  const groups: Groups = { all: [], byPayment: new Map(), byTrans: new Map(), byReference: new Map() };
  let duplicateCount = 0;
  for (const line of lines) {
    const group = groupOf(line, groups);
    if (group === undefined) begin(line, groups);
    else if (isRepeated(group, line)) duplicateCount += 1;
    else group.lines.push(line);
  }
  return { debits: groups.all.map(({ lines: own }) => debitOf(own)), duplicateCount };
}

interface Groups {
  readonly all: Group[];
  readonly byPayment: Map<string, Group>;
  readonly byTrans: Map<string, Group>;
  /** Of lines without any number of Click's. */
  readonly byReference: Map<string, Group>;
}

/** By one of Click's numbers: a line of the return may have only one of the two. Two payments of one transaction are two debits. */
function groupOf({ clickPaymentId, clickTransId, reference = "" }: StatementLine, groups: Groups): Group | undefined {
  if (clickPaymentId === undefined && clickTransId === undefined) return groups.byReference.get(reference);
  const ofPayment = groups.byPayment.get(clickPaymentId ?? "");
  const ofTrans = groups.byTrans.get(clickTransId ?? "");
  const isOther = clickPaymentId !== undefined && ofTrans?.lines.some((one) => one.clickPaymentId !== undefined);
  return ofPayment ?? (isOther ? undefined : ofTrans);
}

function begin(line: StatementLine, { all, byPayment, byTrans, byReference }: Groups): void {
  const { clickPaymentId, clickTransId, reference = "" } = line;
  const group = { lines: [line], words: undefined };
  all.push(group);
  if (clickPaymentId !== undefined) byPayment.set(clickPaymentId, group);
  if (clickTransId !== undefined) byTrans.set(clickTransId, group);
  if (clickPaymentId === undefined && clickTransId === undefined) byReference.set(reference, group);
}

/** Without a number of Click's or a time, two payments of one order may look the same. */
function isRepeated(group: Group, line: StatementLine): boolean {
  const { clickPaymentId, clickTransId, time } = line;
  if (clickPaymentId === undefined && clickTransId === undefined && time === undefined) return false;
  group.words ??= new Set(group.lines.map(wordsOf));
  const words = wordsOf(line);
  if (group.words.has(words)) return true;
  group.words.add(words);
  return false;
}

function wordsOf({ clickPaymentId, clickTransId, reference, amountTiyin, time, status }: StatementLine): string {
  return `${clickPaymentId}/${clickTransId}/${reference}/${amountTiyin}/${time?.getTime()}/${status}`;
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
