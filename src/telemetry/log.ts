import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import pino, { type DestinationStream, type Logger } from "pino";

const LAST_LINES_TIMEOUT_MS = 1_000;
/** Lines are collected for this long, because a write per line costs a tenth of a callback's time. */
const LINES_PAUSE_MS = 10;
/** This many characters are written at once. */
const LINES_CHARACTERS_MAX = 8_192;

/**
 * A second line of defence: no code logs these on purpose. Secrets are wrapped (`Secret`), database errors have no values
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

/** The log output of a process. */
export interface LogOutput {
  readonly stream: DestinationStream;
  /** Waits until the last lines are written, at most a second: call it before process.exit. */
  end(): Promise<void>;
}

/** The process's stdout. A reader that is gone or blocked does not stop the process from ending. */
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
  // While a slow reader still reads, a flush does nothing.
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
      // Rejects when the reader is gone; then there is nothing to wait for.
      await written.catch(() => undefined);
      timer.abort();
      // pino flushes again when the process exits, and on a closed pipe it would try for ever.
      stream.flushSync = () => {};
    },
  };
}

/** For commands, whose stdout is their output. */
export function stderrLog(): DestinationStream {
  return pino.destination({ dest: process.stderr.fd, sync: true });
}
