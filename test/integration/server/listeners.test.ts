import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { connect as connectHttp2, constants } from "node:http2";
import { connect as connectSocket, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type ChannelCredentials, credentials, Metadata } from "@grpc/grpc-js";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startPart } from "../../support/servers/process.ts";
import { makeAuthority, type TestAuthority, type TlsIdentity } from "../../support/servers/tls-files.ts";
import { failureOf } from "../../support/service/failure.ts";
import {
  ALL_SCOPES_TOKEN,
  bearer,
  call,
  connect,
  startTestService,
  type TestService,
} from "../../support/service/service.ts";
import { createShop, type Shop } from "../../support/shop/shop.ts";

let shop: Shop;
let authority: TestAuthority;
let stranger: TestAuthority;
let server: TlsIdentity;
let tlsFolder: string;
let folder: string;

beforeAll(async () => {
  shop = await createShop();
  tlsFolder = await mkdtemp(join(tmpdir(), "clickbridge-tls-"));
  authority = await makeAuthority(tlsFolder, "authority");
  stranger = await makeAuthority(tlsFolder, "stranger");
  server = await authority.issue("server");
});
afterAll(async () => {
  await shop.stop();
  await rm(tlsFolder, { recursive: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "clickbridge-listen-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

async function serve(listen: string, env: Readonly<Record<string, string>> = {}): Promise<TestService> {
  const service = await startTestService({ databaseUrl: shop.url, env: { CLICKBRIDGE_LISTEN: listen, ...env } });
  onTestFinished(() => service.stop());
  return service;
}

/** Claims through a channel of its own. */
async function claim(target: string, channel: ChannelCredentials = credentials.createInsecure(), metadata?: Metadata) {
  const clients = connect(target, channel);
  try {
    return await call(clients.updates, clients.updates.claimOrderUpdates, { limit: 0 }, metadata);
  } finally {
    for (const client of Object.values(clients)) client.close();
  }
}

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe("a unix socket", () => {
  test("has mode 660, in a folder of mode 750 that is made for it", async () => {
    await serve(`unix:${folder}/run/click-bridge/service.sock`);

    expect([
      await modeOf(`${folder}/run/click-bridge`),
      await modeOf(`${folder}/run/click-bridge/service.sock`),
    ]).toEqual(["750", "660"]);
  });

  test("and its folder belong to the group of the web server", async () => {
    await serve(`unix:${folder}/run/service.sock`, { CLICKBRIDGE_SOCKET_GROUP: "33" });

    const owners = [await stat(`${folder}/run`), await stat(`${folder}/run/service.sock`)].map(({ gid }) => gid);
    expect(owners).toEqual([33, 33]);
  });

  test("in a folder that is there already leaves the folder as it is", async () => {
    await mkdir(`${folder}/mine`);
    await chmod(`${folder}/mine`, 0o711);

    await serve(`unix:${folder}/mine/service.sock`, { CLICKBRIDGE_SOCKET_GROUP: "33" });

    expect(await modeOf(`${folder}/mine`)).toBe("711");
  });

  test("serves calls, and needs no token for a module's", async () => {
    const { address } = await serve(`unix:${folder}/service.sock`);

    expect(await claim(address, undefined, new Metadata())).toEqual({ orderUpdates: [] });
  });

  test("that a killed service left is taken over", async () => {
    const path = `${folder}/service.sock`;
    const script = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => console.log("ready"))`;
    const killed = await startPart("server", process.execPath, ["-e", script]);
    await killed.line(/ready/);
    await killed.stop("SIGKILL");
    const left = (await stat(path)).isSocket();

    await serve(`unix:${path}`);

    expect(left).toBe(true);
    expect(await claim(`unix:${path}`)).toEqual({ orderUpdates: [] });
  });

  test("with a live server is not replaced", async () => {
    const path = `${folder}/service.sock`;
    const first = await serve(`unix:${path}`);

    const second = startTestService({ databaseUrl: shop.url, env: { CLICKBRIDGE_LISTEN: `unix:${path}` } });

    await expect(second).rejects.toThrow(`${path} is in use by a running service`);
    expect(await claim(first.address)).toEqual({ orderUpdates: [] });
  });

  test("is not put over a file of another kind", async () => {
    await writeFile(`${folder}/service.sock`, "precious");

    const started = startTestService({
      databaseUrl: shop.url,
      env: { CLICKBRIDGE_LISTEN: `unix:${folder}/service.sock` },
    });

    await expect(started).rejects.toThrow("is in the way and is no socket");
    expect(await readFile(`${folder}/service.sock`, "utf8")).toBe("precious");
  });

  test("is gone after the service has ended", async () => {
    const service = await startTestService({
      databaseUrl: shop.url,
      env: { CLICKBRIDGE_LISTEN: `unix:${folder}/service.sock` },
    });

    await service.stop();

    await expect(stat(`${folder}/service.sock`)).rejects.toThrow("ENOENT");
  });
});

describe("TCP", () => {
  test("on loopback serves with a token, and says which port it took", async () => {
    const { address } = await serve("tcp://127.0.0.1:0");

    expect(address).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d+$/);
    expect(await claim(address.replace("tcp://", ""))).toEqual({ orderUpdates: [] });
    const bare = await failureOf(claim(address.replace("tcp://", ""), undefined, new Metadata()));
    expect(bare.reason).toBe("TOKEN_INVALID");
  });

  test.each([
    "tcp://0.0.0.0:0",
    "tcp://[::]:0",
    "tcp://192.0.2.1:50051",
    "tcp://shop.uz:50051",
    "tcp://127.999.0.1:50051",
    "tcp://127.0.0.1.shop.uz:50051",
  ])("in plaintext on %s is refused at start, with a sentence that says what to do", async (listen) => {
    const started = startTestService({ databaseUrl: shop.url, env: { CLICKBRIDGE_LISTEN: listen } });

    await expect(started).rejects.toThrow(
      `${listen} is plaintext outside the loopback: use tls://, or say CLICKBRIDGE_TRUSTED_NETWORK=yes`,
    );
  });

  test("in plaintext on every address is served where the network is trusted, with a token", async () => {
    const { address } = await serve("tcp://0.0.0.0:0", { CLICKBRIDGE_TRUSTED_NETWORK: "yes" });

    const target = address.replace("tcp://0.0.0.0", "127.0.0.1");
    expect(await claim(target)).toEqual({ orderUpdates: [] });
    expect((await failureOf(claim(target, undefined, new Metadata()))).reason).toBe("TOKEN_INVALID");
  });

  test("on a port that is taken is refused at start, and the other addresses are let go", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as { readonly port: number };
    const listen = `unix:${folder}/service.sock,tcp://127.0.0.1:${port}`;

    const started = startTestService({ databaseUrl: shop.url, env: { CLICKBRIDGE_LISTEN: listen } });

    await expect(started).rejects.toThrow(/EADDRINUSE|address already in use/i);
    await expect(stat(`${folder}/service.sock`)).rejects.toThrow("ENOENT");
  });
});

test("a socket and a port are served by one service", async () => {
  const { running } = await serve(`unix:${folder}/service.sock, tcp://127.0.0.1:0`);
  const [unix = "", tcp = ""] = running.addresses;

  expect(await claim(unix)).toEqual({ orderUpdates: [] });
  expect(await claim(tcp.replace("tcp://", ""))).toEqual({ orderUpdates: [] });
});

describe("TLS", () => {
  const files = () => ({
    CLICKBRIDGE_TLS_CERT_FILE: server.certFile,
    CLICKBRIDGE_TLS_KEY_FILE: server.keyFile,
  });
  const target = ({ address }: TestService) => address.replace("tls://0.0.0.0", "127.0.0.1");

  test("serves on every address, with a token, to who trusts the authority", async () => {
    const service = await serve("tls://0.0.0.0:0", files());

    const channel = credentials.createSsl(authority.cert);
    expect(await claim(target(service), channel)).toEqual({ orderUpdates: [] });
    expect((await failureOf(claim(target(service), channel, new Metadata()))).reason).toBe("TOKEN_INVALID");
  });

  test("is not believed by who trusts another authority, nor served in plaintext", async () => {
    const service = await serve("tls://0.0.0.0:0", files());

    const failures = [
      await failureOf(claim(target(service), credentials.createSsl(stranger.cert))),
      await failureOf(claim(target(service), credentials.createInsecure())),
    ];

    expect(failures.map(({ code }) => code)).toEqual(["UNAVAILABLE", "UNAVAILABLE"]);
  });

  test("with a client authority serves only who shows a certificate of it, and a token", async () => {
    const service = await serve("tls://0.0.0.0:0", { ...files(), CLICKBRIDGE_TLS_CLIENT_CA_FILE: authority.certFile });
    const client = await authority.issue("client");
    const fake = await stranger.issue("fake");
    const channel = credentials.createSsl(authority.cert, client.key, client.cert);

    const served = await claim(target(service), channel, bearer(ALL_SCOPES_TOKEN));
    const failures = [
      await failureOf(claim(target(service), credentials.createSsl(authority.cert))),
      await failureOf(claim(target(service), credentials.createSsl(authority.cert, fake.key, fake.cert))),
      await failureOf(claim(target(service), channel, new Metadata())),
    ];

    expect(served).toEqual({ orderUpdates: [] });
    expect(failures.map(({ code }) => code)).toEqual(["UNAVAILABLE", "UNAVAILABLE", "UNAUTHENTICATED"]);
  });

  test("without a certificate is refused at start", async () => {
    const started = startTestService({ databaseUrl: shop.url, env: { CLICKBRIDGE_LISTEN: "tls://0.0.0.0:0" } });

    await expect(started).rejects.toThrow(
      "tls://0.0.0.0:0 needs CLICKBRIDGE_TLS_CERT_FILE and CLICKBRIDGE_TLS_KEY_FILE",
    );
  });
});

describe("a stream", () => {
  async function session(service: TestService) {
    const client = connectHttp2(service.address.replace("tcp:", "http:"));
    onTestFinished(() => client.destroy());
    await once(client, "remoteSettings");
    return client;
  }
  const headersOf = (path: string, token?: string) => ({
    ...{ ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" },
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  });
  const GET_PAYMENT = "/clickbridge.v1.PaymentService/GetPayment";

  test("without a token is answered by its headers alone, and waits for no body", async () => {
    const client = await session(await serve("tcp://127.0.0.1:0"));

    const stream = client.request(headersOf(GET_PAYMENT), { endStream: false });
    const [response] = await once(stream, "response");

    expect(response).toMatchObject({ "grpc-status": "16", ":status": 200 });
  });

  test("with a token has its body waited for", async () => {
    const client = await session(await serve("tcp://127.0.0.1:0"));
    const unknown = client.request(headersOf(GET_PAYMENT), { endStream: false });
    const known = client.request(headersOf(GET_PAYMENT, ALL_SCOPES_TOKEN), { endStream: false });
    const answered = once(known, "response");
    // Had it been refused by its headers, it would be over by now.
    await once(unknown, "response");
    const wasWaiting = !known.closed;

    known.end(Buffer.from([0, 0, 0, 0, 2, 0x08, 0x01]));
    const [response] = await answered;

    expect([wasWaiting, response["grpc-status"]]).toEqual([true, "5"]);
  });

  test("is one of 256 at most on a connection", async () => {
    const client = await session(await serve("tcp://127.0.0.1:0"));

    expect(client.remoteSettings.maxConcurrentStreams).toBe(256);
  });

  test.each([5, 200_000])(
    "without a token has its answer read by PHP's curl, whatever it sends (%i bytes)",
    async (bytes) => {
      const service = await serve("tcp://127.0.0.1:0");
      await writeFile(`${folder}/body`, Buffer.alloc(bytes));
      const url = `${service.address.replace("tcp:", "http:")}${GET_PAYMENT}`;

      const answers = await Promise.all(
        Array.from({ length: 8 }, () => promisify(execFile)("php", ["-r", CURL, url, `${folder}/body`])),
      );

      expect(answers.map(({ stdout }) => stdout)).toEqual(answers.map(() => "16"));
    },
  );

  test("of a health check that sends no request makes place for the next ones", async () => {
    const service = await serve("tcp://127.0.0.1:0");
    const sessions = await Promise.all(Array.from({ length: 5 }, () => session(service)));
    const open = () =>
      sessions.flatMap((client) =>
        Array.from({ length: 201 }, () =>
          client.request(headersOf("/grpc.health.v1.Health/Check"), { endStream: false }),
        ),
      );

    const rstCode = await new Promise((resolve) => {
      for (const stream of open()) stream.on("error", () => {}).once("close", () => resolve(stream.rstCode));
    });

    expect(rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    expect(await claim(service.address.replace("tcp://", ""))).toEqual({ orderUpdates: [] });
  });
});

describe("a message", () => {
  test("of more than 512 KB is refused before it is read, and the next one is served", async () => {
    const service = await serve(`unix:${folder}/service.sock`);
    const big = (kilobytes: number) =>
      call(service.callbacks, service.callbacks.prepare, {
        callback: { ...NO_FIELDS, errorNote: "x".repeat(kilobytes * 1024) },
        callerAddress: "",
        certificationOnly: false,
      });

    const failure = await failureOf(big(513));
    const answered = await big(500);

    expect(failure.code).toBe("RESOURCE_EXHAUSTED");
    expect(answered.error).toBe(-8);
  });

  test("that is not protobuf, and a connection that is not HTTP/2, do no harm", async () => {
    const service = await serve("tcp://127.0.0.1:0");
    const [host = "", port = ""] = service.address.replace("tcp://", "").split(":");
    const noise = connectSocket(Number(port), host);
    noise.on("error", () => {}).resume();
    noise.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(noise, "close");

    const garbage = failureOf(
      new Promise((resolve, reject) => {
        service.payments.makeUnaryRequest(
          "/clickbridge.v1.PaymentService/GetPayment",
          () => Buffer.from([0xff, 0xff, 0xff]),
          (bytes: Buffer) => bytes,
          {},
          bearer(ALL_SCOPES_TOKEN),
          (error, value) => (error === null ? resolve(value) : reject(error)),
        );
      }),
    );

    expect(await garbage).toMatchObject({ code: "INVALID_ARGUMENT", reason: "REQUEST_UNREADABLE" });
    expect(await claim(`${host}:${port}`)).toEqual({ orderUpdates: [] });
  });
});

/** Posts a file as a module posts a call, and prints the status of the answer, or curl's error. */
const CURL = `
  [, $url, $file] = $argv;
  $curl = curl_init($url);
  curl_setopt_array($curl, [
    CURLOPT_HTTP_VERSION => CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE,
    CURLOPT_POSTFIELDS => file_get_contents($file),
    CURLOPT_HTTPHEADER => ["content-type: application/grpc", "te: trailers"],
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HEADER => true,
  ]);
  preg_match("/^grpc-status: (\\d+)\\r$/m", (string) curl_exec($curl), $found);
  echo $found[1] ?? curl_error($curl);`;

const NO_FIELDS = {
  clickTransId: undefined,
  serviceId: undefined,
  clickPaydocId: undefined,
  merchantTransId: undefined,
  merchantPrepareId: undefined,
  amount: undefined,
  action: undefined,
  error: undefined,
  errorNote: undefined,
  signTime: undefined,
  signString: undefined,
};
