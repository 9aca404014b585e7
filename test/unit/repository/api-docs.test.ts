import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, onTestFinished, test } from "vitest";
import { readContract } from "../../../tools/api-docs/contract.ts";
import { anchorOf } from "../../../tools/api-docs/markdown.ts";
import { apiPage } from "../../../tools/api-docs/page.ts";
import { RPCS } from "../../support/service/rpcs.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PAGE = readFileSync(join(ROOT, "docs/api.md"), "utf8");
const REASON = "clickbridge.v1.ErrorReason";

/** What stands below a heading, up to the next one. */
function section(heading: string): string {
  const below = PAGE.split(`\n### ${heading}\n`)[1];
  if (below === undefined) throw new Error(`there is no section ${heading}`);
  return below.split(/^#{2,3} /m)[0] ?? "";
}

/** Where a message is told: in a section of its own, or with the only RPC that has it. */
function whereTold(name: string): string {
  const lead = new RegExp(`^(?:### ${name.replace(".", "\\.")}$|\\*\\*Re.*\\*\\* \`${name}\`: )`, "m");
  return PAGE.split(lead)[1]?.split(/^(?:#{2,3} |\*\*Re)/m)[0] ?? "";
}

/** The first cell of each row. */
function firstCells(text: string): readonly string[] {
  return [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, cell = ""]) => cell);
}

const files = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, readFileSync(join(ROOT, "src/gen/clickbridge.binpb"))),
);
const ours = [...files].filter((desc) => "typeName" in desc && desc.typeName.startsWith("clickbridge.v1."));
const services = ours.filter((desc) => desc.kind === "service");
const messages = ours.filter((desc) => desc.kind === "message");
const enums = ours.filter((desc) => desc.kind === "enum");
const short = (typeName: string) => typeName.replace("clickbridge.v1.", "");

describe("docs/api.md", () => {
  test.each(
    services.flatMap(({ name, methods }) => methods.map((method) => [`${name}.${method.name}`, method] as const)),
  )("tells %s, with its request and response", (heading, { name, input, output }) => {
    const text = section(heading);
    const scope = RPCS.find((rpc) => rpc.name === name)?.scope;

    expect(text).toContain(`Scope \`${scope}\`.`);
    for (const message of [input, output]) {
      expect(text).toMatch(new RegExp(`\`${message.name}\`|\\[${message.name}\\]`));
    }
  });

  test.each(messages.map((message) => [short(message.typeName), message] as const))(
    "lists every field of %s",
    (name, message) => {
      expect(firstCells(whereTold(name))).toEqual(message.fields.map((field) => field.name));
    },
  );

  test.each(enums.filter(({ typeName }) => typeName !== REASON).map((each) => [short(each.typeName), each] as const))(
    "lists every value of %s",
    (name, { values }) => {
      expect(firstCells(section(name))).toEqual(values.map((value) => value.name));
    },
  );

  test("lists every reason with its gRPC code and an example", () => {
    const reasons = enums.find(({ typeName }) => typeName === REASON)?.values.filter(({ number }) => number > 0) ?? [];

    expect(reasons.length).toBeGreaterThan(0);
    for (const { name } of reasons) {
      const reason = name.replace("ERROR_REASON_", "");
      const [, code] = new RegExp(`^\\| \\[\`${reason}\`\\]\\(#\\w+\\) \\| \`(\\w+)\` \\|$`, "m").exec(PAGE) ?? [];
      const [, example = ""] = /```json\n(.*)\n```/s.exec(section(reason)) ?? [];
      expect(section(reason)).toContain(`\`${code}\``);
      expect(JSON.parse(example)).toMatchObject({ reason, domain: "clickbridge" });
    }
  });

  test("has no two sections with one anchor, and no link to none", () => {
    const anchors = [...PAGE.matchAll(/^#{1,3} (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
    const targets = [...PAGE.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target);

    expect(anchors.filter((anchor, at) => anchors.indexOf(anchor) !== at)).toEqual([]);
    expect(targets.filter((target) => !anchors.includes(target ?? ""))).toEqual([]);
  });
});

describe("the generator", () => {
  /** The descriptor set of a contract that is one file. */
  function contractOf(proto: string): Buffer {
    const folder = mkdtempSync(join(tmpdir(), "clickbridge-api-docs-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, "clickbridge/v1"), { recursive: true });
    writeFileSync(join(folder, "clickbridge/v1/thing.proto"), `syntax = "proto3";\npackage clickbridge.v1;\n${proto}`);
    return execFileSync("buf", ["build", folder, "--as-file-descriptor-set", "--output", "-"]);
  }

  test("names everything that lacks a comment", () => {
    const built = contractOf(`
      // A thing.
      message Thing {
        int64 a = 1;
        oneof which { int64 b = 2; }
        enum Kind { KIND_UNSPECIFIED = 0; }
      }
      service Things { rpc Do(Thing) returns (Thing); }`);

    expect(() => readContract(built)).toThrow(
      "no comment: Things.Do, Things, Thing.a, Thing.b, Thing.which, Thing.Kind.KIND_UNSPECIFIED, Thing.Kind",
    );
  });

  test("refuses a service that has no place on the page", () => {
    const built = contractOf(`
      // A thing.
      message Thing {}
      // Things. Scope of the token: \`read\`.
      service Things {
        // Does.
        rpc Do(Thing) returns (Thing);
      }`);

    expect(() => apiPage(readContract(built))).toThrow("where does Things stand on the page?");
  });
});
