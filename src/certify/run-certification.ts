import { randomInt } from "node:crypto";
import { CALL_TIMEOUT_MS, type CallbackPoster, callbackPoster } from "../click/post-callback.ts";
import { callbackFields, callbackForm, type OutgoingCallback, signCallback } from "../protocol/callback-form.ts";
import { tashkentTime } from "../protocol/tashkent-time.ts";
import { type ClickIds, clickIds, twelveDigits, unknownReference } from "./click-ids.ts";
import { type Judgement, judge } from "./judge.ts";
import { type TestOrder, wrongAmount } from "./order.ts";
import { isPlanFault, type PlannedCall, planCalls } from "./plan.ts";
import type { CertificationReport, StepReport } from "./report.ts";
import { type Step, SUITE_NAMES, type Suite, type SuiteName } from "./step.ts";
import { SUITES } from "./suites.ts";

export interface CertificationOptions {
  readonly prepareUrl: string;
  readonly completeUrl: string;
  readonly serviceId: string;
  readonly secretKey: string;
  /** Unpaid orders of the shop; how many, says `planCalls`. They end paid, but for those of steps 12–15 alone. */
  readonly orders: readonly TestOrder[];
  /** Default: both. */
  readonly suites?: readonly SuiteName[];
  /** One account is paid many times. Default: false. */
  readonly account?: boolean;
  /** Default: CALL_TIMEOUT_MS. */
  readonly callTimeoutMs?: number;
}

/** What the tool sends as the signature of its steps 1 and 3. */
const BAD_SIGNATURE = "10a250d95b1a6afedcda8360a12a1341";
const POSTMAN_UNKNOWN_PREPARE_ID = "999999999";

/**
 * Sends the suites' calls one after the other and judges the answers. Whatever the shop does is in the report, never thrown.
 * Called twice with the same orders: the second run fails, for the orders are paid.
 * @throws Error when the orders do not fit the suites; `planCalls` says so beforehand.
 */
export async function runCertification(options: CertificationOptions): Promise<CertificationReport> {
  const suites = options.suites ?? SUITE_NAMES;
  const plan = planCalls({ suites, orders: options.orders, account: options.account ?? false });
  if (isPlanFault(plan)) throw new Error(plan.fault);
  const poster = callbackPoster(options.callTimeoutMs ?? CALL_TIMEOUT_MS);
  const run: Run = { options, poster, ids: clickIds(), payments: new Map(), paydocIds: new Map() };
  const steps: StepReport[] = [];
  try {
    for (const call of plan) steps.push(...(await carryOut(run, call)));
  } finally {
    await poster.close();
  }
  steps.sort((a, b) => suites.indexOf(a.suite) - suites.indexOf(b.suite) || a.step - b.step);
  return summarise(options, steps);
}

/** What one block remembers from call to call. */
interface BlockPayment {
  readonly clickTransId: string;
  prepareId: string | undefined;
}

interface Run {
  readonly options: CertificationOptions;
  readonly poster: CallbackPoster;
  readonly ids: ClickIds;
  readonly payments: Map<string, BlockPayment>;
  readonly paydocIds: Map<string, string>;
}

async function carryOut(run: Run, call: PlannedCall): Promise<StepReport[]> {
  const payment = remembered(run.payments, `${call.suite} ${call.block}`, () => ({
    clickTransId: run.ids.nextTransId(),
    prepareId: undefined,
  }));
  if (call.step.call === "Complete" && payment.prepareId === undefined && !call.step.unknownPrepareId) {
    return reportsOf(call, null, {
      verdict: "not judged",
      got: "-",
      reason: "it names a merchant_prepare_id, and the Prepare of this payment gave none",
    });
  }
  const { secretKey, prepareUrl, completeUrl } = run.options;
  const callback = callbackOf(run, call, payment);
  const signature = call.step.badSignature ? BAD_SIGNATURE : signCallback(callback, secretKey);
  const url = call.step.call === "Prepare" ? prepareUrl : completeUrl;
  const outcome = await run.poster.post(url, callbackForm(callback, signature));
  const judgement = judge(call.step, callback, outcome);
  payment.prepareId = judgement.prepareId ?? payment.prepareId;
  return reportsOf(call, callback, withoutSecrets(judgement, [secretKey, signature]));
}

function callbackOf(
  run: Run,
  { suite: name, block, step, order }: PlannedCall,
  payment: BlockPayment,
): OutgoingCallback {
  const suite = SUITES[name];
  return {
    clickTransId: suite.keepsClickTransId ? payment.clickTransId : run.ids.nextTransId(),
    serviceId: run.options.serviceId,
    clickPaydocId: remembered(
      run.paydocIds,
      suite.keepsClickPaydocId ? name : `${name} ${block}`,
      run.ids.nextPaydocId,
    ),
    merchantTransId: step.unknownOrder ? unknownReference(order.reference) : order.reference,
    merchantPrepareId: prepareIdOf(suite, step, payment),
    amount: step.wrongAmount ? wrongAmount(name, order) : order.amount,
    action: step.call === "Prepare" ? "0" : "1",
    error: step.error ?? 0,
    errorNote: suite.errorNote,
    signTime: tashkentTime(new Date()),
  };
}

function prepareIdOf(suite: Suite, step: Step, payment: BlockPayment): string | undefined {
  if (step.call === "Prepare") return suite.emptyPrepareIdInPrepare ? "" : undefined;
  if (!step.unknownPrepareId) return payment.prepareId;
  if (suite.name === "tool") return twelveDigits();
  // A shop whose numbers have come that far must not be asked about a real one.
  return payment.prepareId === POSTMAN_UNKNOWN_PREPARE_ID ? String(randomInt(1e9, 2e9)) : POSTMAN_UNKNOWN_PREPARE_ID;
}

function remembered<T>(map: Map<string, T>, key: string, make: () => T): T {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

type Told = Pick<StepReport, "verdict" | "got"> & { readonly reason?: string };

function reportsOf(call: PlannedCall, callback: OutgoingCallback | null, told: Told): StepReport[] {
  const history = told.verdict !== "pass" && call.history !== undefined ? `note: ${call.history}` : undefined;
  const one = (suite: SuiteName, step: Step, remark?: string): StepReport => ({
    suite,
    step: step.number,
    title: step.title,
    call: step.call,
    sent: callback && callbackFields(callback),
    signature: step.badSignature ? "bad" : "good",
    expected: step.expected,
    got: told.got,
    verdict: told.verdict,
    reason: [told.reason, remark, history].filter((part) => part !== undefined).join("; ") || null,
  });
  const { alsoJudges: other } = call;
  const reports = [one(call.suite, call.step)];
  if (other !== undefined) {
    const remark = `the same request as step ${call.step.number} of ${call.suite}: with three orders there is none left to pay twice`;
    reports.push(one(other.suite, other.step, remark));
  }
  return reports;
}

/** A shop that repeats what it was told, in a debug page say, must not put the key on a screen. */
function withoutSecrets(judgement: Judgement, secrets: readonly string[]): Judgement {
  if (judgement.reason === undefined) return judgement;
  const reason = secrets.reduce((text, secret) => text.replaceAll(secret, "[secret]"), judgement.reason);
  return { ...judgement, reason };
}

function summarise(
  { prepareUrl, completeUrl, serviceId }: CertificationOptions,
  steps: StepReport[],
): CertificationReport {
  const count = (verdict: StepReport["verdict"]) => steps.filter((step) => step.verdict === verdict).length;
  const counts = { passed: count("pass"), failed: count("fail"), notJudged: count("not judged") };
  return { passed: counts.passed === steps.length, counts, prepareUrl, completeUrl, serviceId, steps };
}
