import { statSync } from "node:fs";

/** Settings that are weaker than necessary. Every start and the check `configuration` report them, without secrets. */

const SECRET_FILES = ["CLICKBRIDGE_TOKENS_FILE", "CLICKBRIDGE_SERVICES_FILE", "CLICKBRIDGE_TLS_KEY_FILE"];
const CLICKS_ADDRESSES = ["CLICKBRIDGE_PAY_URL", "CLICKBRIDGE_CLICK_API_URL"];
const ANY_RIGHT_OF_OTHERS = 0o007;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function weakSettings(given: Readonly<Record<string, string | undefined>>): readonly string[] {
  return [
    ...SECRET_FILES.flatMap((variable) => ofFile(variable, given[variable])),
    ...CLICKS_ADDRESSES.flatMap((variable) => ofAddress(variable, given[variable])),
  ];
}

/** Told by the check alone: a shop may well want it so, and then wants no line of it at every start. */
export function unlimitedRefunds(
  tokens: readonly {
    readonly name: string;
    readonly scopes: readonly string[];
    readonly refundLimitTiyin?: bigint | undefined;
  }[],
): readonly string[] {
  return tokens
    .filter(({ scopes, refundLimitTiyin }) => scopes.includes("refund") && refundLimitTiyin === undefined)
    .map(({ name }) => `CLICKBRIDGE_TOKENS_FILE: ${name} may give back any sum: set its refund_tiyin_per_day`);
}

function ofFile(variable: string, file: string | undefined): readonly string[] {
  const mode = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined || (mode & ANY_RIGHT_OF_OTHERS) === 0) return [];
  const octal = (mode & 0o777).toString(8).padStart(4, "0");
  return [`${variable}: every user of this host may read ${file} (mode ${octal}): chmod o= it`];
}

/** Without TLS an attacker could read the key's digest and answer instead of Click. A stand-in on the loopback is no risk. */
function ofAddress(variable: string, address: string | undefined): readonly string[] {
  const url = address === undefined ? null : URL.parse(address);
  if (url?.protocol !== "http:" || LOOPBACK.test(url.hostname)) return [];
  return [`${variable}: ${url.origin} is http: whoever is on the way can answer in Click's place: use https`];
}
