/** A service of Click's that a shop was given, as the stand-in knows it. */
export interface Account {
  readonly serviceId: string;
  readonly merchantId: string;
  readonly merchantUserId: string;
  readonly secretKey: string;
}

/** So that the stand-in starts without any configuration. Nothing but the stand-in knows these. */
export const DEMO_ACCOUNT: Account = {
  serviceId: "36520",
  merchantId: "25312",
  merchantUserId: "41907",
  secretKey: "DemoSecretKey1",
};

const DIGITS = /^\d{1,18}$/;

/** Reads `SERVICE_ID:MERCHANT_ID:MERCHANT_USER_ID:SECRET_KEY`, or says what is wrong with it, without the key. */
function parseAccount(text: string): Account | string {
  const [serviceId = "", merchantId = "", merchantUserId = "", ...rest] = text.split(":");
  const secretKey = rest.join(":");
  for (const [name, value] of Object.entries({
    SERVICE_ID: serviceId,
    MERCHANT_ID: merchantId,
    MERCHANT_USER_ID: merchantUserId,
  })) {
    if (!DIGITS.test(value))
      return `a service must be SERVICE_ID:MERCHANT_ID:MERCHANT_USER_ID:SECRET_KEY; ${name} must be a number`;
  }
  return secretKey === "" ? "a service has no SECRET_KEY" : { serviceId, merchantId, merchantUserId, secretKey };
}

/** Reads one service a line; empty lines and those that begin with `#` are none. What is wrong is told without the keys. */
export function parseAccounts(text: string): readonly Account[] | string {
  const lines = text.split("\n").map((line) => line.trim());
  const accounts = lines.filter((line) => line !== "" && !line.startsWith("#")).map(parseAccount);
  const fault = accounts.find((account) => typeof account === "string");
  return fault ?? accounts.filter((account) => typeof account !== "string");
}
