import { chmod, chown, mkdir, stat, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { dirname } from "node:path";

const DIRECTORY_MODE = 0o750;
const SOCKET_MODE = 0o660;

/** Creates the socket's directory and removes a stale socket. Refuses to replace a live one. */
export async function prepareSocketPath(path: string, group: number | undefined): Promise<void> {
  const directory = dirname(path);
  const made = await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
  if (made !== undefined && group !== undefined) await chown(directory, process.getuid?.() ?? 0, group);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error(`${path} is in the way and is no socket`);
  if (await answers(path)) throw new Error(`${path} is in use by a running service`);
  await unlink(path);
}

/** Mode 0660: connecting needs write permission. */
export async function protectSocket(path: string, group: number | undefined): Promise<void> {
  if (group !== undefined) await chown(path, process.getuid?.() ?? 0, group);
  await chmod(path, SOCKET_MODE);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
