import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";

/** How long a part may take to end after SIGTERM before it is killed. */
const STOP_GRACE_MS = 15_000;
/** How much of a part's output is kept to explain a failure. */
const KEPT_OUTPUT_CHARS = 20_000;
/** How long a part may take to say that it is ready. */
const READY_TIMEOUT_MS = 60_000;

/** A server that a test or the demo started, and stops by its own pid. */
export interface Part {
  readonly name: string;
  readonly pid: number;
  /** Settles with a sentence when the process has ended, for whatever reason, and its workers with it. Never rejects. */
  readonly ended: Promise<string>;
  /** The last of what it wrote to stdout and stderr. */
  output(): string;
  /**
   * The first line, past or coming, that matches.
   * Rejects with the part's output when it ends before it said so, or says nothing for a minute.
   */
  line(pattern: RegExp): Promise<string>;
  /** Calls back with every line from now on. */
  onLine(listener: (line: string) => void): void;
  /** Sends SIGTERM, later SIGKILL, and waits for the end. A second call waits for the same end. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Lets the kernel stop a part whose starter was killed and could not: a killed test leaves nothing behind. */
const SETPRIV = "/usr/bin/setpriv";
const WITH_PARENT = ["--pdeathsig", "TERM", "--"];

/**
 * Starts a program and watches its output by lines.
 * A program that is not there, or ends at once, is told by `line()` and `ended`.
 */
export async function startPart(
  name: string,
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Part> {
  const guarded = existsSync(SETPRIV);
  const child = spawn(guarded ? SETPRIV : command, guarded ? [...WITH_PARENT, command, ...args] : args, {
    ...options,
    // Of its own group: Ctrl-C at a terminal is for the starter, which stops its parts in order.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  await once(child, "spawn");
  return partOf(name, child);
}

function partOf(name: string, child: ChildProcess): Part {
  const lines: string[] = [];
  let keptChars = 0;
  const listeners = new Set<(line: string) => void>();
  const hear = (line: string): void => {
    lines.push(line);
    keptChars += line.length + 1;
    while (keptChars > KEPT_OUTPUT_CHARS) keptChars -= (lines.shift()?.length ?? keptChars) + 1;
    for (const listener of listeners) listener(line);
  };
  splitLines(child.stdout, hear);
  splitLines(child.stderr, hear);

  const output = (): string => lines.join("\n");
  const ended = new Promise<string>((resolve) => {
    // "close" comes after the last output, "exit" may come before it.
    child.once("close", (code, signal) => resolve(`${name} ended with ${signal ?? `code ${code}`}`));
  });
  child.once("exit", () => killGroup(child.pid));
  const alive = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    name,
    pid: child.pid ?? 0,
    ended,
    output,
    onLine: (listener) => void listeners.add(listener),
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const said = lines.find((line) => pattern.test(line));
        if (said !== undefined) return resolve(said);
        const giveUp = (reason: string): void => {
          listeners.delete(listener);
          clearTimeout(timer);
          reject(new Error(`${reason}, before it said ${pattern}:\n${output()}`));
        };
        const timer = setTimeout(() => giveUp(`${name} kept silent for ${READY_TIMEOUT_MS} ms`), READY_TIMEOUT_MS);
        const listener = (line: string): void => {
          if (!pattern.test(line)) return;
          listeners.delete(listener);
          clearTimeout(timer);
          resolve(line);
        };
        listeners.add(listener);
        void ended.then(giveUp);
      }),
    stop: async (signal = "SIGTERM") => {
      if (!alive()) return void (await ended);
      child.kill(signal);
      const killer = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS);
      await ended;
      clearTimeout(killer);
    },
  };
}

/** Workers that a killed master left: they would hold its port and its output for ever, and nobody would learn of the end. */
function killGroup(leaderPid: number | undefined): void {
  if (leaderPid === undefined) return;
  try {
    process.kill(-leaderPid, "SIGKILL");
  } catch {
    // Nobody is left, as after every orderly end.
  }
}

function splitLines(stream: ChildProcess["stdout"], hear: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) hear(line);
  });
  stream?.once("end", () => {
    if (rest !== "") hear(rest);
  });
}
