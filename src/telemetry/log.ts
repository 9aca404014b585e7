import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import pino, { type DestinationStream, type Logger } from "pino";

const LAST_LINES_TIMEOUT_MS = 1_000;
/** Lines wait this long for others: a write of its own for each costs a callback a tenth of its time. */
const LINES_PAUSE_MS = 10;
/** So many characters do not wait. */
const LINES_CHARACTERS_MAX = 8_192;

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
  "cardToken",
  "card_token",
  "expireDate",
  "expire_date",
  "smsCode",
  "sms_code",
  "otpData",
  "otp_data",
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
  const log = destination === undefined ? pino(options) : pino(options, destination);
  passScalars(log);
  return log;
}

/**
 * The library looks for the keys of `*.name` in every value of a line, and a text or a number has none: that was a third of all memory
 * that a callback used.
 */
function passScalars(log: Logger): void {
  type Stringify = (value: unknown) => unknown;
  const { stringifiersSym, wildcardFirstSym } = pino.symbols;
  const stringifiers = (log as unknown as Record<symbol, Record<symbol, Stringify>>)[stringifiersSym];
  const redact = stringifiers?.[wildcardFirstSym];
  if (stringifiers === undefined || redact === undefined) return;
  stringifiers[wildcardFirstSym] = (value) =>
    ["string", "number", "boolean"].includes(typeof value) ? JSON.stringify(value) : redact(value);
}

/** Where a process logs. */
export interface LogOutput {
  readonly stream: DestinationStream;
  /** Waits for the last lines to be written, at most a second: call it before process.exit. */
  end(): Promise<void>;
}

/** The process's stdout. Its reader may be gone or stand still: neither keeps the process from ending. */
export function stdoutLog(): LogOutput {
  const stream = pino.destination({ dest: process.stdout.fd, sync: false, minLength: LINES_CHARACTERS_MAX });
  let isPausing = false;
  let isEnding = false;
  const flushSoon = () => {
    if (isPausing) return;
    isPausing = true;
    setTimeout(() => {
      isPausing = false;
      if (!isEnding) stream.flush();
    }, LINES_PAUSE_MS);
  };
  let waitingBytes = 0;
  stream.on("write", (count) => {
    waitingBytes -= count;
  });
  // While a slow reader takes what is on its way, a flush does nothing.
  stream.on("drain", () => {
    if (waitingBytes > 0) flushSoon();
  });
  const write = (line: string) => {
    waitingBytes += Buffer.byteLength(line);
    stream.write(line);
    flushSoon();
  };
  return {
    stream: { write },
    end: async () => {
      isEnding = true;
      const timer = new AbortController();
      const { signal } = timer;
      const written = Promise.race([once(stream, "close", { signal }), sleep(LAST_LINES_TIMEOUT_MS, null, { signal })]);
      stream.end();
      // Rejects when nobody reads any more; then there is nothing to wait for.
      await written.catch(() => undefined);
      timer.abort();
      // pino flushes once more as the process exits, and against a closed pipe it would try for ever.
      stream.flushSync = () => {};
    },
  };
}

/** For commands, whose stdout is for what they were asked. */
export function stderrLog(): DestinationStream {
  return pino.destination({ dest: process.stderr.fd, sync: true });
}
