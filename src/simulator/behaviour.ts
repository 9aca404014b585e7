import { flag, integer, oneOf, type Rule } from "./behaviour-rule.ts";
import { MERCHANT_RULES } from "./merchant-behaviour.ts";

/**
 * How the stand-in plays Click: what the customer decides, and what it does wrong on demand. The names are those of the control API,
 * so one table says what may be asked for, in which range, and what happens when nothing is.
 */

const REPEATS_MAX = 64;
const DELAY_MS_MAX = 60_000;
const CALL_TIMEOUT_MS_MAX = 60_000;
const CLICK_ERROR_MIN = -999_999;

const RULES = {
  /** What the customer does after an accepted Prepare. `hang`: nothing is debited and no Complete is sent. */
  outcome: oneOf("confirm", "decline", "hang"),
  /** The `error` of a cancelling Complete. */
  decline_error: integer({ from: CLICK_ERROR_MIN, to: -1, initial: -5017 }),
  /** After a refused Prepare Click sends a cancelling Complete; `confirm` when the money was already taken (click-protocol.md 1.2). */
  after_refusal: oneOf("cancel", "confirm"),
  /** −4 to the Prepare of a new payment: finished, no Complete. Whether Click debits then is undocumented; true shows the danger. */
  debit_on_already_paid: flag(false),
  /** How many times each call is sent. */
  repeat: integer({ from: 1, to: REPEATS_MAX, initial: 1 }),
  repeat_in_parallel: flag(false),
  /** Whether a repeat, or asking again, gets a click_trans_id of its own (undocumented: click-protocol.md 1.8). */
  new_click_trans_id: flag(false),
  /** Wait before each call. */
  delay_ms: integer({ from: 0, to: DELAY_MS_MAX, initial: 0 }),
  /** The order of the two calls. An early Complete has no prepare id to name. */
  order: oneOf("normal", "complete_with_prepare", "complete_before_prepare", "prepare_after_complete"),
  /** Whose first answer is thrown away: the shop has acted, and Click asks again. */
  drop_answer: oneOf("none", "prepare", "complete"),
  /** `mixed`: short in Prepare, two decimals in Complete. */
  amount_spelling: oneOf("as_given", "short", "two_decimals", "mixed"),
  /** Whether the calls are signed with the right key, or with another one: a shop must answer −1 and do nothing. */
  signature: oneOf("right", "wrong"),
  /** What stands for merchant_prepare_id when the shop gave none. */
  missing_prepare_id: oneOf("empty", "zero", "absent"),
  /** Wait before a call is tried again. */
  retry_delay_ms: integer({ from: 0, to: DELAY_MS_MAX, initial: 1_000 }),
  /** Longest wait for a shop's answer. */
  call_timeout_ms: integer({ from: 1, to: CALL_TIMEOUT_MS_MAX, initial: 10_000 }),
  ...MERCHANT_RULES,
};

export type Behaviour = {
  readonly [Name in keyof typeof RULES]: (typeof RULES)[Name] extends Rule<infer T> ? T : never;
};

export const DEFAULT_BEHAVIOUR = Object.fromEntries(
  Object.entries(RULES).map(([name, rule]) => [name, rule.initial]),
) as unknown as Behaviour;

/** `repeat: 1 (a whole number from 1 to 64)`: each behaviour on a line of its own, with its default and what it may be. */
export const BEHAVIOUR_HELP = Object.entries(RULES)
  .map(([name, { initial, says }]) => `${name}: ${initial} (${says})`)
  .join("\n");

export interface BehaviourFault {
  readonly fault: string;
}

/** Reads some of the behaviours from JSON, or says which one is wrong. */
export function readBehaviour(json: Readonly<Record<string, unknown>>): Partial<Behaviour> | BehaviourFault {
  for (const [name, value] of Object.entries(json)) {
    if (!isName(name)) return { fault: `there is no behaviour "${name}"; there are ${Object.keys(RULES).join(", ")}` };
    if (!RULES[name].accepts(value)) return { fault: `${name} must be ${RULES[name].says}` };
  }
  return json as Partial<Behaviour>;
}

export function isBehaviourFault(read: Partial<Behaviour> | BehaviourFault): read is BehaviourFault {
  return "fault" in read;
}

function isName(name: string): name is keyof typeof RULES {
  return Object.hasOwn(RULES, name);
}
