import { resolveAnomaly } from "../app/anomalies/resolve-anomaly.ts";
import { needsNote, type Resolution } from "../payment/anomaly.ts";
import { FailureError } from "../payment/failure.ts";
import { asAnomalyId, asPaymentId } from "../payment/ids.ts";
import { EXIT_MISUSE } from "./arguments.ts";
import { toStdout } from "./print-table.ts";
import { textOfBigint } from "./text-of-bigint.ts";
import { withDeps } from "./with-deps.ts";

const EXIT_FAILED = 1;
const NOTE_CHARACTERS_MAX = 500;
const USER_CHARACTERS_MAX = 64;
/** The caller of the decision; for RPCs it is the name of the token. */
const CALLER = "cli";

export interface ResolveFlags {
  readonly resolution: Resolution;
  readonly note: string;
  readonly payment?: string;
  readonly clickPayment?: string;
  readonly user: string;
}

/** Carries out a resolution and stores who decided it. */
export async function resolve(id: string, flags: ResolveFlags): Promise<void> {
  const { resolution, note, payment, clickPayment, user } = flags;
  const fault = faultOf(flags);
  if (fault !== undefined) {
    console.error(`anomalies: ${fault}`);
    process.exitCode = EXIT_MISUSE;
    return;
  }
  try {
    const { anomaly, refund } = await withDeps((deps) =>
      resolveAnomaly(deps, {
        anomalyId: asAnomalyId(Number(id)),
        resolution,
        paymentId: payment === undefined ? undefined : asPaymentId(Number(payment)),
        clickPaymentId: clickPayment,
        ...{ note, caller: CALLER, userId: user },
      }),
    );
    toStdout(`anomaly ${anomaly.id} is ${anomaly.state}`);
    if (refund !== undefined) toStdout(`refund ${refund.id} of ${refund.amountTiyin} tiyin is ${refund.state}`);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const { reason, ...rest } = error.failure;
    console.error(`anomalies: ${reason} ${JSON.stringify(rest, textOfBigint)}`);
    process.exitCode = EXIT_FAILED;
  }
}

function faultOf({ resolution, note, payment, clickPayment, user }: ResolveFlags): string | undefined {
  if (needsNote(resolution) && note.trim() === "") return `--note must say why, with ${resolution}.`;
  if (note.length > NOTE_CHARACTERS_MAX) return `--note may have ${NOTE_CHARACTERS_MAX} characters.`;
  if (payment !== undefined && resolution !== "ACCEPT") return "--payment goes with --resolution ACCEPT only.";
  if ((clickPayment === undefined) === (resolution === "CHARGED"))
    return "--click-payment goes with --resolution CHARGED, and with it only.";
  if (user === "" || user.length > USER_CHARACTERS_MAX)
    return `--user must have 1 to ${USER_CHARACTERS_MAX} characters.`;
  return undefined;
}
