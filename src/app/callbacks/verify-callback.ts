import { BlockList, isIPv4, isIPv6 } from "node:net";
import { ANSWER, type AnswerCode } from "../../protocol/answer.ts";
import {
  type Callback,
  type CallbackFields,
  isClickId,
  isShapeFault,
  isSignTime,
  readCallback,
  readMalformed,
  signedTexts,
} from "../../protocol/callback.ts";
import type { Secret } from "../../protocol/secret.ts";
import { sameSignature, sign } from "../../protocol/signature.ts";
import type { ClickService } from "../services/click-service.ts";
import type { ServiceRegistry } from "../services/service-registry.ts";

export type Route = "prepare" | "complete";
const ACTION: Readonly<Record<Route, string>> = { prepare: "0", complete: "1" };

export type Verified =
  | { readonly kind: "GENUINE"; readonly callback: Callback; readonly service: ClickService }
  | {
      readonly kind: "REJECTED";
      readonly answer: AnswerCode;
      readonly detail: string;
      readonly toClick?: string;
      /** Malformed, but signed by Click: its click_trans_id is used. */
      readonly signed?: SignedCallback | undefined;
    };

interface SignedCallback {
  readonly callback: Callback;
  readonly service: ClickService;
}

/**
 * The checks that both callbacks share: shape (else −8), a known service and a valid signature over the raw text (else −1), the action
 * of this route (else −3). A callback that fails here is not stored, unless Click signed it.
 */
export async function verifyCallback(
  registry: ServiceRegistry,
  { fields, route, callerAddress }: { fields: CallbackFields; route: Route; callerAddress: string },
): Promise<Verified> {
  const callback = readCallback(fields);
  if (isShapeFault(callback)) {
    const detail = `${callback.field} ${callback.rule}`;
    const signed = await malformed(registry, { fields, route, callerAddress });
    return { kind: "REJECTED", answer: ANSWER.BAD_REQUEST, detail, toClick: detail, signed };
  }
  const signer = await findSigner(registry, { callback, route, callerAddress });
  if (typeof signer === "string") return { kind: "REJECTED", answer: ANSWER.SIGN_CHECK_FAILED, detail: signer };
  if (callback.raw.action !== ACTION[route]) {
    return { kind: "REJECTED", answer: ANSWER.ACTION_NOT_FOUND, detail: `action does not fit the ${route} address` };
  }
  return { kind: "GENUINE", callback, service: signer };
}

/** The result for a malformed callback, signed or not. */
async function malformed(
  registry: ServiceRegistry,
  { fields, route, callerAddress }: { fields: CallbackFields; route: Route; callerAddress: string },
): Promise<SignedCallback | undefined> {
  // Only a sign_time at the very end fixes the place of the action; otherwise a Complete could be read as a Prepare.
  const isReadable =
    isClickId(fields.clickTransId ?? "") && isSignTime(fields.signTime ?? "") && fields.action === ACTION[route];
  if (!isReadable) return undefined;
  const signer = whyNotSigned(await registry.service(fields.serviceId ?? ""), {
    callback: { raw: signedTexts(fields) },
    route,
    callerAddress,
  });
  return typeof signer === "string" ? undefined : { callback: readMalformed(fields), service: signer };
}

interface SignedInput {
  readonly callback: Pick<Callback, "raw">;
  readonly route: Route;
  readonly callerAddress: string;
}

/** The service whose key signed it, or the reason why none did. Settings are read again first, so that a key change loses no payment. */
async function findSigner(registry: ServiceRegistry, signed: SignedInput): Promise<ClickService | string> {
  const { serviceId } = signed.callback.raw;
  const first = whyNotSigned(await registry.service(serviceId), signed);
  if (typeof first !== "string" || !(await registry.reread())) return first;
  return whyNotSigned(await registry.service(serviceId), signed);
}

/**
 * The same for a callback signed with the service's test secret; undefined when it is not. That secret proves no money: the caller must
 * check that the callback is for the certification account.
 */
export async function verifyTestCallback(
  registry: ServiceRegistry,
  { fields, route, callerAddress }: { fields: CallbackFields; route: Route; callerAddress: string },
): Promise<{ readonly callback: Callback; readonly service: ClickService } | undefined> {
  const callback = readCallback(fields);
  if (isShapeFault(callback) || callback.raw.action !== ACTION[route]) return undefined;
  const service = await registry.service(callback.raw.serviceId);
  const key = service?.testMode.secretKey;
  const signer = whyNotSigned(service, { callback, route, callerAddress }, key === undefined ? [] : [key]);
  return typeof signer === "string" ? undefined : { callback, service: signer };
}

function whyNotSigned(
  service: ClickService | undefined,
  { callback, callerAddress }: SignedInput,
  keys: readonly Secret[] | undefined = service?.secretKeys,
): ClickService | string {
  if (service === undefined || keys === undefined) return "service_id is not configured";
  if (!isAllowed(service.override.callers, callerAddress)) return "caller is not on the allow-list";
  if (keys.length === 0) return "the service has no secret key";
  const { raw } = callback;
  const genuine = keys.some((key) =>
    sameSignature(
      sign(service.override.dialect, {
        ...raw,
        secretKey: key.reveal(),
        // Click signs merchant_prepare_id only in a Complete, even if a Prepare carries one.
        merchantPrepareId: raw.action === ACTION.complete ? raw.merchantPrepareId : undefined,
      }),
      raw.signString,
    ),
  );
  return genuine ? service : "sign_string does not fit";
}

/** Whether an address is in one of the CIDR blocks; an empty list allows every address. */
function isAllowed(blocks: readonly string[], address: string): boolean {
  if (blocks.length === 0) return true;
  const family = isIPv4(address) ? "ipv4" : isIPv6(address) ? "ipv6" : undefined;
  if (family === undefined) return false;
  const list = new BlockList();
  for (const block of blocks) {
    const [network = "", prefix] = block.split("/");
    const type = isIPv4(network) ? "ipv4" : "ipv6";
    if (prefix === undefined) list.addAddress(network, type);
    else list.addSubnet(network, Number(prefix), type);
  }
  return list.check(address, family);
}
