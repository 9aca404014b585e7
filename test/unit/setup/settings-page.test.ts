import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ZodType } from "zod";
import { ENVIRONMENT, SERVICE, TOKEN } from "../../../src/config.ts";
import { SCOPES } from "../../../src/grpc/server/tokens.ts";

const PAGE = readFileSync(new URL("../../../docs/settings.md", import.meta.url), "utf8");

/** The rows of a section's table. */
function rows(section: string): readonly (readonly string[])[] {
  const [, below = ""] = PAGE.split(`\n## ${section}\n`);
  const [text = ""] = below.split("\n## ");
  return [...text.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name = "", rest = ""]) => [
    name,
    ...rest.split(" | "),
  ]);
}

/** Whether what the page calls the default is what the schema makes of nothing. */
function isDefault(schema: ZodType, shown: unknown): boolean {
  const unset = schema.safeParse(undefined);
  const given = schema.safeParse(shown);
  return unset.success && given.success && JSON.stringify(unset.data) === JSON.stringify(given.data);
}

const quoted = (cell = "") => /^`(.*)`$/.exec(cell)?.[1];

describe("docs/settings.md", () => {
  const environment = rows("The environment");
  const service = rows("One service of Click's");

  test("has every variable of the environment, and no other", () => {
    expect(environment.map(([name]) => name).sort()).toEqual(Object.keys(ENVIRONMENT.shape).sort());
  });

  test.each(environment)("%s: shows the default as it is (%s)", (name, shown) => {
    const schema = ENVIRONMENT.shape[name as "CLICKBRIDGE_LISTEN"];
    const unset = schema.safeParse(undefined);

    if (shown === "required") expect(unset.success).toBe(false);
    else if (shown === "none") expect(unset).toEqual({ success: true, data: undefined });
    else expect(isDefault(schema, quoted(shown))).toBe(true);
  });

  test("has every key of a service, and no other", () => {
    expect(service.map(([name]) => name)).toEqual(Object.keys(SERVICE.shape));
  });

  test.each(service)("%s of a service: shows the default as it is (%s)", (name, shown) => {
    const schema = SERVICE.shape[name as "dialect"];
    const json = quoted(shown);

    // The default is a text: another place defines it.
    if (json === undefined) expect(schema.safeParse(undefined)).toEqual({ success: true, data: undefined });
    else expect(isDefault(schema, JSON.parse(json))).toBe(true);
  });

  test("has every key of a caller and every scope, and no other", () => {
    const callers = rows("Who may call");
    const [, scopes = ""] = callers.find(([name]) => name === "scopes") ?? [];

    expect(callers.map(([name]) => name)).toEqual(Object.keys(TOKEN.shape));
    expect([...scopes.matchAll(/`(\w+)`/g)].map(([, scope]) => scope)).toEqual([...SCOPES]);
  });

  test("shows files that would be taken", () => {
    const [tokens = "", services = ""] = [...PAGE.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => json);

    expect(TOKEN.array().safeParse(JSON.parse(tokens)).success).toBe(true);
    expect(Object.values(JSON.parse(services)).map((each) => SERVICE.safeParse(each).success)).toEqual([true]);
  });
});
