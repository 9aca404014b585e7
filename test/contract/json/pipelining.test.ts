import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { pino } from "pino";
import { expect, test } from "vitest";
import { listenJson } from "../../../src/json/listener.ts";

test("a connection that sends many requests without waiting for an answer is closed", async () => {
  const waiting: ServerResponse[] = [];
  const address = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;
  const deps = { tls: undefined, log: pino({ level: "silent" }) };
  const listener = await listenJson(address, deps, (_, response) => void waiting.push(response));
  const client = connect(Number(listener.address.split(":").at(-1)), "127.0.0.1");
  const closed = new Promise((resolve) => client.once("close", resolve));
  client.on("error", () => undefined);
  client.write("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".repeat(500));

  await closed;

  expect(waiting.length).toBeLessThanOrEqual(8);
  await listener.stop(Promise.resolve());
});
