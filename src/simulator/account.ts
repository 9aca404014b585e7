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
export function parseAccount(text: string): Account | string {
  const [serviceId = "", merchantId = "", merchantUserId = "", ...rest] = text.split(":");
  const secretKey = rest.join(":");
  for (const [name, value] of Object.entries({
    SERVICE_ID: serviceId,
    MERCHANT_ID: merchantId,
    MERCHANT_USER_ID: merchantUserId,
  })) {
    if (!DIGITS.test(value))
      return `--service must be SERVICE_ID:MERCHANT_ID:MERCHANT_USER_ID:SECRET_KEY; ${name} must be a number`;
  }
  return secretKey === "" ? "--service has no SECRET_KEY" : { serviceId, merchantId, merchantUserId, secretKey };
}
