import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { startHttpServer } from "../servers/http-server.ts";

/**
 * A shop that takes Click's callbacks, small enough to be read at a glance and with no line of ours in it: the suites and the
 * stand-in are tested against it. It keeps orders in memory and signs by its own MD5.
 */

/** Where a shop with click-bridge has its module, so that a check of the set-up may call it. */
const PREPARE_PATH = "/bitrix/tools/clickbridge/callback.php?route=prepare";
const COMPLETE_PATH = "/bitrix/tools/clickbridge/callback.php?route=complete";

export const SERVICE_ID = "11111";
export const SECRET = "test_secret_key";

export type Fields = Readonly<Record<string, string>>;
export type Answer = Record<string, unknown>;

/** What a shop sends instead of its JSON. */
export interface RawReply {
  readonly httpStatus: number;
  readonly body: string;
}

/** Where a faulty shop differs from a right one. */
export interface Rules {
  readonly acceptsAnySignature?: boolean;
  readonly knowsEveryOrder?: boolean;
  readonly ignoresAmount?: boolean;
  readonly repeatsSuccess?: boolean;
  readonly demandsSameClickTransId?: boolean;
  readonly cancelledStaysUnpayable?: boolean;
  /** Not a fault: an account of balances, which is never paid off. */
  readonly paidMayBePaidAgain?: boolean;
  readonly forgetsCancels?: boolean;
  readonly answerToCancelOfPaid?: number;
  /** Called last: may change or replace the right answer, and may wait. */
  readonly twist?: (fields: Fields, right: Answer) => Answer | RawReply | Promise<Answer | RawReply>;
}

interface Attempt {
  readonly reference: string;
  readonly clickTransId: string;
  readonly amount: number;
  state: "prepared" | "paid" | "cancelled";
}

export interface Merchant {
  readonly prepareUrl: string;
  readonly completeUrl: string;
  /** Every callback that came, in order. */
  readonly received: Fields[];
  isPaid(reference: string): boolean;
  stop(): Promise<void>;
}

/** Starts a shop with unpaid orders: reference → sum in soums. */
export async function startMerchant(orders: Readonly<Record<string, number>>, rules: Rules = {}): Promise<Merchant> {
  const shop = new Shop(orders, rules);
  const received: Fields[] = [];
  const server = await startHttpServer(async (request, response) => {
    const fields = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
    received.push(fields);
    const right = shop.answer(request.url === PREPARE_PATH ? "0" : "1", fields);
    const reply = (await rules.twist?.(fields, right)) ?? right;
    const raw = isRaw(reply) ? reply : { httpStatus: 200, body: JSON.stringify(reply) };
    response.writeHead(raw.httpStatus, { "content-type": "application/json" }).end(raw.body);
  });
  return {
    prepareUrl: `${server.url}${PREPARE_PATH}`,
    completeUrl: `${server.url}${COMPLETE_PATH}`,
    received,
    isPaid: (reference) => shop.isPaid(reference),
    stop: server.stop,
  };
}

function isRaw(reply: Answer | RawReply): reply is RawReply {
  return "httpStatus" in reply;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

class Shop {
  readonly #orders: Readonly<Record<string, number>>;
  readonly #rules: Rules;
  readonly #attempts: Attempt[] = [];

  constructor(orders: Readonly<Record<string, number>>, rules: Rules) {
    this.#orders = orders;
    this.#rules = rules;
  }

  isPaid(reference: string): boolean {
    return this.#attempts.some((attempt) => attempt.reference === reference && attempt.state === "paid");
  }

  answer(action: "0" | "1", fields: Fields): Answer {
    const signed = ["click_trans_id", "service_id", "secret", "merchant_trans_id"]
      .concat(action === "1" ? ["merchant_prepare_id"] : [])
      .concat(["amount", "action", "sign_time"])
      .map((name) => (name === "secret" ? SECRET : (fields[name] ?? "")))
      .join("");
    const isGood = createHash("md5").update(signed).digest("hex") === fields["sign_string"];
    if (!isGood && !this.#rules.acceptsAnySignature) return this.#say(fields, -1);
    if (fields["action"] !== action) return this.#say(fields, -3);
    return action === "0" ? this.#prepare(fields) : this.#complete(fields);
  }

  #prepare(fields: Fields): Answer {
    const reference = fields["merchant_trans_id"] ?? "";
    const sum = this.#orders[reference] ?? (this.#rules.knowsEveryOrder ? Number(fields["amount"]) : undefined);
    if (sum === undefined) return this.#say(fields, -5);
    const same = this.#attempts.find((a) => a.reference === reference && a.clickTransId === fields["click_trans_id"]);
    if (same?.state === "cancelled") return this.#say(fields, -9);
    if (this.isPaid(reference) && !this.#rules.paidMayBePaidAgain)
      return this.#say(fields, same?.state === "paid" ? -4 : -9);
    if (
      this.#rules.cancelledStaysUnpayable &&
      this.#attempts.some((a) => a.reference === reference && a.state === "cancelled")
    ) {
      return this.#say(fields, -9);
    }
    if (Number(fields["amount"]) !== sum && !this.#rules.ignoresAmount) return this.#say(fields, -2);
    const id =
      same === undefined
        ? this.#attempts.push({
            reference,
            clickTransId: fields["click_trans_id"] ?? "",
            amount: sum,
            state: "prepared",
          })
        : this.#attempts.indexOf(same) + 1;
    return this.#say(fields, 0, { merchant_prepare_id: id });
  }

  #complete(fields: Fields): Answer {
    const failed = Number(fields["error"]) < 0;
    const attempt = this.#attempts[Number(fields["merchant_prepare_id"]) - 1];
    if (attempt === undefined) return this.#say(fields, failed ? -9 : -6);
    if (this.#rules.demandsSameClickTransId && attempt.clickTransId !== fields["click_trans_id"])
      return this.#say(fields, -6);
    if (attempt.state === "paid") return this.#completePaid(fields, failed);
    if (failed) {
      if (!this.#rules.forgetsCancels) attempt.state = "cancelled";
      return this.#say(fields, -9);
    }
    if (attempt.state === "cancelled") return this.#say(fields, -9);
    if (Number(fields["amount"]) !== attempt.amount && !this.#rules.ignoresAmount) return this.#say(fields, -2);
    attempt.state = "paid";
    return this.#say(fields, 0, { merchant_confirm_id: Number(fields["merchant_prepare_id"]) });
  }

  #completePaid(fields: Fields, failed: boolean): Answer {
    if (!failed) return this.#say(fields, this.#rules.repeatsSuccess ? 0 : -4, { merchant_confirm_id: 1 });
    return this.#say(fields, this.#rules.answerToCancelOfPaid ?? (fields["error"] === "-1" ? -4 : -9));
  }

  #say(fields: Fields, error: number, more: Answer = {}): Answer {
    return {
      click_trans_id: Number(fields["click_trans_id"]),
      merchant_trans_id: fields["merchant_trans_id"],
      ...more,
      error,
      error_note: error === 0 ? "Success" : `refused ${error}`,
    };
  }
}
