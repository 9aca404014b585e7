/** A Click service of a shop. */
export interface Account {
  readonly serviceId: string;
  readonly merchantId: string;
  readonly merchantUserId: string;
  readonly secretKey: string;
}

/** Lets the stand-in start without configuration. Only the stand-in knows these values. */
export const DEMO_ACCOUNT: Account = {
  serviceId: "36520",
  merchantId: "25312",
  merchantUserId: "41907",
  secretKey: "DemoSecretKey1",
};

const DIGITS = /^\d{1,18}$/;

/** Parses `SERVICE_ID:MERCHANT_ID:MERCHANT_USER_ID:SECRET_KEY`, or returns the fault, without the key. */
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

/** Parses one service per line; skips empty lines and those that begin with `#`. Faults do not contain keys. */
export function parseAccounts(text: string): readonly Account[] | string {
  const lines = text.split("\n").map((line) => line.trim());
  const accounts = lines.filter((line) => line !== "" && !line.startsWith("#")).map(parseAccount);
  const fault = accounts.find((account) => typeof account === "string");
  return fault ?? accounts.filter((account) => typeof account !== "string");
}
