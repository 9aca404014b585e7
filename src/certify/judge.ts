import type { CallOutcome } from "../click/post-callback.ts";
import { ANSWER, type AnswerCode, answerNote } from "../protocol/answer.ts";
import type { OutgoingCallback } from "../protocol/callback-form.ts";
import { isUnreadable, type MerchantAnswer, readAnswer } from "../protocol/read-answer.ts";
import type { Step } from "./step.ts";

export interface Judgement {
  readonly verdict: "pass" | "fail";
  /** The `error` that was answered, or a short text of what came instead. */
  readonly got: string;
  /** Why it failed, or what is odd though it passed. */
  readonly reason?: string;
  /** Of an accepted Prepare: what the later Completes name. */
  readonly prepareId?: string;
}

const INT32_MAX = 2_147_483_647;
const NOTE_CHARACTERS_MAX = 80;

/** Judges what a shop answered to one step. Everything is checked that Click documents; the first fault is the reason. */
export function judge(step: Step, sent: OutgoingCallback, outcome: CallOutcome): Judgement {
  if (outcome.kind === "nothing") return { verdict: "fail", got: "no answer", reason: outcome.reason };
  if (outcome.httpStatus !== 200) return judgeHttpStatus(outcome);
  const answer = readAnswer(outcome.body);
  if (isUnreadable(answer)) return { verdict: "fail", got: "unreadable", reason: answer.unreadable };
  const got = String(answer.error);
  if (answer.error !== step.expected) {
    const note = answer.errorNote ? `, with the note "${printable(answer.errorNote)}"` : "";
    return { verdict: "fail", got, reason: `error ${meaning(step.expected)} was expected, ${got} came${note}` };
  }
  const fault = fieldFault(step, sent, answer);
  if (fault !== undefined) return { verdict: "fail", got, reason: fault };
  const remark = remarkOn(step, answer);
  return {
    verdict: "pass",
    got,
    ...(remark !== undefined && { reason: remark }),
    ...(accepts(step, "Prepare") && { prepareId: String(answer.fields["merchant_prepare_id"]) }),
  };
}

/** `-6 (Transaction does not exist)`: Click's texts for its codes. */
function meaning(code: number): string {
  const known = Object.values(ANSWER).find((answer): answer is AnswerCode => answer === code);
  return known === undefined ? String(code) : `${code} (${answerNote(known)})`;
}

function judgeHttpStatus({ httpStatus, location }: CallOutcome & { kind: "reply" }): Judgement {
  const where = location === undefined ? "" : ` (it points to ${printable(location)})`;
  return {
    verdict: "fail",
    got: `HTTP ${httpStatus}`,
    reason: `every answer needs HTTP 200, with the error in the body${where}`,
  };
}

/** On an error only `error` and `error_note` are required; on success the ids are (click-protocol.md 1.5). */
function fieldFault(step: Step, sent: OutgoingCallback, { errorNote, fields }: MerchantAnswer): string | undefined {
  if (errorNote === undefined) return "the field error_note is missing or is no text";
  if (step.expected !== ANSWER.SUCCESS) return undefined;
  return (
    echoFault("click_trans_id", sent.clickTransId, fields) ??
    echoFault("merchant_trans_id", sent.merchantTransId, fields) ??
    idFault(step.call === "Prepare" ? "merchant_prepare_id" : "merchant_confirm_id", fields)
  );
}

function echoFault(name: string, sent: string, fields: MerchantAnswer["fields"]): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return `the field ${name} is missing`;
  return String(value) === sent ? undefined : `the field ${name} is ${printable(String(value))}, and ${sent} was sent`;
}

/** Documented as int. merchant_confirm_id may be null, and may not be left out. */
function idFault(
  name: "merchant_prepare_id" | "merchant_confirm_id",
  fields: MerchantAnswer["fields"],
): string | undefined {
  const value = fields[name];
  if (value === undefined) return `the field ${name} is missing`;
  if (value === null && name === "merchant_confirm_id") return undefined;
  return /^\d{1,19}$/.test(String(value)) ? undefined : `the field ${name} is not a whole number`;
}

function remarkOn(step: Step, { errorIsText, fields }: MerchantAnswer): string | undefined {
  if (accepts(step, "Prepare") && Number(fields["merchant_prepare_id"]) > INT32_MAX) {
    return "merchant_prepare_id is documented as int and does not fit in 32 bits";
  }
  return errorIsText ? "error came as text; the documented form is a number" : undefined;
}

function accepts(step: Step, call: Step["call"]): boolean {
  return step.call === call && step.expected === ANSWER.SUCCESS;
}

/** What a shop wrote, fit for one line of a terminal. */
function printable(text: string): string {
  const line = text.replace(/\p{C}+/gu, " ").trim();
  return line.length > NOTE_CHARACTERS_MAX ? `${line.slice(0, NOTE_CHARACTERS_MAX)}…` : line;
}
