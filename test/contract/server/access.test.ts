import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials, Metadata } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MODULE, SCOPES } from "../../../src/grpc/server/tokens.ts";
import { failureOf } from "../../support/service/failure.ts";
import { RPCS } from "../../support/service/rpcs.ts";
import { bearer, call, connect, startTestService, type TestService } from "../../support/service/service.ts";
import { tokensFile } from "../../support/service/tokens-file.ts";
import { createShop, type Shop } from "../../support/shop/shop.ts";

const tokenFor = (scope: string) => `token-with-the-scope-${scope}`;

let shop: Shop;
let folder: string;
let tcp: TestService;
let unix: TestService;

beforeAll(async () => {
  shop = await createShop();
  folder = await mkdtemp(join(tmpdir(), "clickbridge-access-"));
  const tokens = SCOPES.map((scope) => ({ name: scope, token: tokenFor(scope), scopes: [scope] }));
  const env = { CLICKBRIDGE_TOKENS_FILE: await tokensFile(folder, tokens) };
  tcp = await startTestService({ databaseUrl: shop.url, env: { ...env, CLICKBRIDGE_LISTEN: "tcp://127.0.0.1:0" } });
  unix = await startTestService({ databaseUrl: shop.url, env });
});
afterAll(async () => {
  await tcp.stop();
  await unix.stop();
  await shop.stop();
  await rm(folder, { recursive: true });
});

/** How a call ended: a reason, or OK. */
const ending = (sent: Promise<unknown>) =>
  sent.then(
    () => "OK",
    (error: unknown) => failureOf(Promise.reject(error)).then((failure) => failure.reason),
  );

const DENIED = ["TOKEN_INVALID", "SCOPE_MISSING"];

describe("over TCP", () => {
  test.each(RPCS)("$name without a token is refused", async ({ send }) => {
    const failure = await failureOf(send(tcp, new Metadata()));

    expect(failure).toMatchObject({ code: "UNAUTHENTICATED", reason: "TOKEN_INVALID" });
  });

  test.each(SCOPES)("a token with the scope %s alone may ask which version this is", async (scope) => {
    const { version } = await call(tcp.server, tcp.server.getServerInfo, {}, bearer(tokenFor(scope)));

    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test.each(RPCS.filter(({ scope }) => scope !== "any"))("$name needs the scope $scope", async ({ scope, send }) => {
    const others = SCOPES.filter((other) => other !== scope);

    const right = await ending(send(tcp, bearer(tokenFor(scope))));
    const failures = await Promise.all(others.map((other) => failureOf(send(tcp, bearer(tokenFor(other))))));

    expect(DENIED).not.toContain(right);
    expect(new Set(failures.map((f) => `${f.code} ${f.reason} ${f.metadata["scope"]}`))).toEqual(
      new Set([`PERMISSION_DENIED SCOPE_MISSING ${scope}`]),
    );
  });

  test.each([
    ["an unknown token", "Bearer some-other-token-of-that-length"],
    ["the beginning of a token", `Bearer ${tokenFor("read").slice(0, -1)}`],
    ["a token with a blank behind", `Bearer ${tokenFor("read")}x`],
    ["another scheme", `Basic ${tokenFor("read")}`],
    ["no scheme", tokenFor("read")],
    ["nothing behind the scheme", "Bearer "],
  ])("%s is refused", async (_, header) => {
    const metadata = new Metadata();
    metadata.set("authorization", header);

    const failure = await failureOf(call(tcp.payments, tcp.payments.getPayment, { paymentId: 1n }, metadata));

    expect(failure).toMatchObject({ code: "UNAUTHENTICATED", reason: "TOKEN_INVALID" });
    expect(JSON.stringify(failure)).not.toContain(tokenFor("read"));
  });
});

describe("over the unix socket", () => {
  test.each(RPCS.filter(({ scope }) => scope === "any" || MODULE.scopes.includes(scope)))(
    "$name needs no token: it is a module's",
    async ({ send }) => {
      const end = await ending(send(unix, new Metadata()));

      expect(DENIED).not.toContain(end);
    },
  );

  test.each(RPCS.filter(({ scope }) => scope !== "any" && !MODULE.scopes.includes(scope)))(
    "$name needs a token with its scope",
    async ({ scope, send }) => {
      const without = await failureOf(send(unix, new Metadata()));
      const withToken = await ending(send(unix, bearer(tokenFor(scope))));

      expect(without).toMatchObject({ code: "PERMISSION_DENIED", reason: "SCOPE_MISSING", metadata: { scope } });
      expect(DENIED).not.toContain(withToken);
    },
  );

  test("a wrong token is refused, although none would do", async () => {
    const metadata = bearer("not-a-token-that-we-know");

    const failure = await failureOf(call(unix.updates, unix.updates.claimOrderUpdates, { limit: 0 }, metadata));

    expect(failure.reason).toBe("TOKEN_INVALID");
  });
});

test("a service without tokens refuses every call over TCP", async () => {
  const bare = await startTestService({
    databaseUrl: shop.url,
    env: { CLICKBRIDGE_LISTEN: "tcp://127.0.0.1:0", CLICKBRIDGE_TOKENS_FILE: await tokensFile(folder, []) },
  });
  const clients = connect(bare.address.replace("tcp://", ""), credentials.createInsecure());

  const reasons = await Promise.all(RPCS.map(({ send }) => failureOf(send(clients, bearer(tokenFor("read"))))));
  for (const client of Object.values(clients)) client.close();
  await bare.stop();

  expect(new Set(reasons.map((failure) => failure.reason))).toEqual(new Set(["TOKEN_INVALID"]));
});
