import { Secret } from "../../protocol/secret.ts";
import { SECRET_KEY_CHARACTERS_MIN } from "../../protocol/signature.ts";

/**
 * A stand-in's way into the certification account. It signs with a secret of its own, so that whoever runs the stand-in has no key to
 * real orders: what the test secret signed is good for that account's reference, while the account is open, and for nothing else.
 */
export interface TestMode {
  /** Undefined: there is none, or none that may be used. */
  readonly secretKey: Secret | undefined;
  /** The stand-in's payment page. Nothing of a real payment goes there. */
  readonly payUrl: string | undefined;
  /** Why what was typed in is not used. No values. */
  readonly faults: readonly string[];
}

export const NO_TEST_MODE: TestMode = { secretKey: undefined, payUrl: undefined, faults: [] };

const PAY_PAGE = "services/pay";
const URL_CHARACTERS_MAX = 250;

/** `value`: of the pay system that names the certification account. `realKeys`: of every service of the shop. */
export function testModeOf(value: (code: string) => string | undefined, realKeys: readonly Secret[]): TestMode {
  const secret = value("CLICK_TEST_SECRET_KEY");
  const url = value("CLICK_TEST_URL");
  const secretFault = secret === undefined ? undefined : secretFaultOf(secret, realKeys);
  const payUrl = url === undefined ? undefined : payUrlOf(url);
  const urlFault =
    url !== undefined && payUrl === undefined
      ? `CLICK_TEST_URL must be http or https, with no user and no parameters, ${URL_CHARACTERS_MAX} characters at most`
      : undefined;
  return {
    secretKey: secret === undefined || secretFault !== undefined ? undefined : new Secret(secret),
    payUrl,
    faults: [secretFault, urlFault].filter((fault) => fault !== undefined),
  };
}

function secretFaultOf(secret: string, realKeys: readonly Secret[]): string | undefined {
  if (secret.length < SECRET_KEY_CHARACTERS_MIN) {
    return `CLICK_TEST_SECRET_KEY has fewer than ${SECRET_KEY_CHARACTERS_MIN} characters`;
  }
  // The hash has no separators: what a part of a key signs, beside the rest of it as a field's text, the whole key has signed.
  const isAlike = realKeys.some((key) => key.reveal().includes(secret) || secret.includes(key.reveal()));
  return isAlike
    ? "CLICK_TEST_SECRET_KEY is the secret key of a service, or a part of it, or has it inside"
    : undefined;
}

function payUrlOf(text: string): string | undefined {
  const url = text.length <= URL_CHARACTERS_MAX ? URL.parse(text) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) return undefined;
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return undefined;
  return `${url.href}${url.pathname.endsWith("/") ? "" : "/"}${PAY_PAGE}`;
}
