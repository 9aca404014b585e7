import pino, { type DestinationStream, type Logger } from "pino";

/**
 * Second line of defence: nothing logs these on purpose. Secrets are wrapped (`Secret`), database errors carry no values
 * (`DatabaseError`), and a callback's log line is built field by field.
 */
const REDACTED = [
  "secret",
  "secretKey",
  "secret_key",
  "token",
  "authorization",
  "auth",
  "sign_string",
  "signString",
  "phone",
  "phoneNumber",
  "phone_number",
  "card_number",
  "cardNumber",
  "password",
];

export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: [...REDACTED, ...REDACTED.map((name) => `*.${name}`)], censor: "[redacted]" },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
