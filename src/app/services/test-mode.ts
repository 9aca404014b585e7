import { Secret } from "../../protocol/secret.ts";
import { SECRET_KEY_CHARACTERS_MIN } from "../../protocol/signature.ts";

/**
 * Lets a stand-in use the certification account. It signs with its own secret, so that its operator has no key to real orders: the test
 * secret is valid only for the reference of that account, while the account is open.
 */
export interface TestMode {
  /** Undefined: not set, or not allowed. */
  readonly secretKey: Secret | undefined;
  /** The stand-in's payment page. No data of a real payment goes there. */
  readonly payUrl: string | undefined;
  /** Why the settings are not used. Without values. */
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
  // The signed text has no separators: part of a key plus the rest as the text of a field gives the same hash as the whole key.
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
