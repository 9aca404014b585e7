import { flag, integer, oneOf, type Rule } from "./behaviour-rule.ts";
import { MERCHANT_RULES } from "./merchant-behaviour.ts";

/**
 * How the stand-in behaves: what the customer decides, and faults on demand. The names are those of the control API, so this table defines
 * each option, its range and its default.
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
  /** After −4 to a Prepare: no Complete. Click does not document whether it debits then; true shows the danger. */
  debit_on_already_paid: flag(false),
  /** How many times each call is sent. */
  repeat: integer({ from: 1, to: REPEATS_MAX, initial: 1 }),
  repeat_in_parallel: flag(false),
  /** Whether a repeat gets a new click_trans_id (undocumented: click-protocol.md 1.8). */
  new_click_trans_id: flag(false),
  /** Wait before each call. */
  delay_ms: integer({ from: 0, to: DELAY_MS_MAX, initial: 0 }),
  /** The order of the two calls. An early Complete has no prepare id. */
  order: oneOf("normal", "complete_with_prepare", "complete_before_prepare", "prepare_after_complete"),
  /** The call whose first answer is dropped: the shop has acted, and Click calls again. */
  drop_answer: oneOf("none", "prepare", "complete"),
  /** `mixed`: short in Prepare, two decimals in Complete. */
  amount_spelling: oneOf("as_given", "short", "two_decimals", "mixed"),
  /** Whether calls are signed with the right key; otherwise a shop must answer −1 and do nothing. */
  signature: oneOf("right", "wrong"),
  /** The merchant_prepare_id that is sent when the shop returned none. */
  missing_prepare_id: oneOf("empty", "zero", "absent"),
  /** Wait before a call is retried. */
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

/** `repeat: 1 (a whole number from 1 to 64)`: one line per behaviour, with default and range. */
export const BEHAVIOUR_HELP = Object.entries(RULES)
  .map(([name, { initial, says }]) => `${name}: ${initial} (${says})`)
  .join("\n");

export interface BehaviourFault {
  readonly fault: string;
}

/** Reads behaviours from JSON, or returns which one is wrong. */
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
