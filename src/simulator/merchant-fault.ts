import { setTimeout as delay } from "node:timers/promises";
import type { Behaviour } from "./behaviour.ts";
import { type Answer, HANG, HANG_UP, html } from "./http.ts";
import type { MerchantCallName } from "./merchant-behaviour.ts";
import { FAULT, fault } from "./merchant-call.ts";
import type { StandIn } from "./stand-in.ts";

type Fault = Behaviour["merchant_fault"];

/** Does a call as it was told to go wrong. */
export async function misbehave(
  standIn: StandIn,
  name: MerchantCallName,
  act: () => Answer | Promise<Answer>,
): Promise<Answer> {
  const { merchant_delay_ms: delayMs } = standIn.behaviour;
  const how = takeFault(standIn, name);
  switch (how) {
    case "drop_before_acting":
      return HANG_UP;
    case "http_500":
      return serverError();
    case "html":
      return html("<h1>502 Bad Gateway</h1>", 502);
    case "hang":
      return HANG;
    default: {
      const right = await act();
      if (delayMs > 0) await delay(delayMs);
      return spoilt(right, how);
    }
  }
}

function spoilt(right: Answer, how: Exclude<Fault, "drop_before_acting" | "http_500" | "html" | "hang">): Answer {
  switch (how) {
    case "none":
      return right;
    case "drop_after_acting":
      return HANG_UP;
    case "http_500_after_acting":
      return serverError();
    case "hang_after_acting":
      return HANG;
    case "truncated":
    case "slow_drip":
      return typeof right === "symbol" ? right : { ...right, delivery: how };
    default:
      return how satisfies never;
  }
}

/** What befalls this call; counted, when it was asked for so many times. */
function takeFault(standIn: StandIn, name: MerchantCallName): Fault {
  const { behaviour } = standIn;
  const { merchant_fault: how, merchant_fault_call: call, merchant_fault_times: times } = behaviour;
  if (how === "none" || (call !== "any" && call !== name)) return "none";
  if (times > 0) {
    const isLast = times === 1;
    standIn.behaviour = {
      ...behaviour,
      merchant_fault: isLast ? "none" : how,
      merchant_fault_times: times - 1,
    };
  }
  return how;
}

function serverError(): Answer {
  return fault(500, FAULT.SERVER, "Internal error");
}
