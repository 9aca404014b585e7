import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { webUser } from "../servers/web-user.ts";

/** Where a service listens for PHP, whose workers are another user. */
export interface ServiceSocket {
  /** For the service's other files; removed with everything in it. */
  readonly folder: string;
  readonly address: string;
  /** What makes the service listen there, for that user. */
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

export async function makeServiceSocket(prefix: string): Promise<ServiceSocket> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  // The workers must pass through to the socket.
  await chmod(folder, 0o711);
  const address = `unix:${join(folder, "run/click-bridge.sock")}`;
  const user = webUser();
  return {
    folder,
    address,
    env: {
      CLICKBRIDGE_LISTEN: address,
      ...(user === undefined ? {} : { CLICKBRIDGE_SOCKET_GROUP: String(user.gid) }),
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
