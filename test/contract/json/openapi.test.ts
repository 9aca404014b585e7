import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { readContract } from "../../../src/json/contract.ts";

/** /openapi.json beside the contract that it was made from. */

const FILE = fileURLToPath(new URL("../../../src/gen/openapi.json", import.meta.url));
const openApi = JSON.parse(readFileSync(FILE, "utf8"));
const { methods, types } = readContract();
const UNARY = [...methods].filter(([, { methodKind }]) => methodKind === "unary");

const nameOf = (typeName: string) => typeName.replace(/^clickbridge\.v1\./, "");
const schemaOf = (name: string) => openApi.components.schemas[nameOf(name)];

test("has every unary RPC, and no stream", () => {
  expect(Object.keys(openApi.paths).sort()).toEqual(UNARY.map(([path]) => path).sort());
});

test.each(UNARY)("%s has its request, its answer and its errors", (path, { input, output }) => {
  const { post } = openApi.paths[path];
  const content = (name: string) => ({
    "application/json": { schema: { $ref: `#/components/schemas/${nameOf(name)}` } },
  });

  expect(post.requestBody).toEqual({ required: true, content: content(input.typeName) });
  expect(post.responses["200"].content).toEqual(content(output.typeName));
  expect(post.responses.default).toEqual({ $ref: "#/components/responses/Error" });
  expect(schemaOf(input.typeName).additionalProperties).toBe(false);
});

test("has every field of every message by its JSON name, and every value of every enum", () => {
  const told = Object.keys(openApi.components.schemas).filter((name) => name !== "Error");
  const fieldsOf = (name: string) => {
    const message = types.getMessage(`clickbridge.v1.${name}`);
    return (message ?? types.getEnum(`clickbridge.v1.${name}`)) === undefined
      ? undefined
      : (message?.fields.map(({ jsonName }) => jsonName) ??
          types.getEnum(`clickbridge.v1.${name}`)?.values.map((value) => value.name));
  };

  expect(told.map((name) => [name, fieldsOf(name)])).toEqual(
    told.map((name) => [name, schemaOf(name).enum ?? Object.keys(schemaOf(name).properties)]),
  );
});

test("is sound JSON schema, with no reference into nothing", () => {
  const ajv = new Ajv2020({ strict: false, formats: { int32: true, int64: true, uint64: true, "date-time": true } });
  ajv.addSchema(openApi, "openapi.json");

  const names = Object.keys(openApi.components.schemas);
  const compiled = names.map((name) => ajv.compile({ $ref: `openapi.json#/components/schemas/${name}` }));

  expect(compiled).toHaveLength(names.length);
});

test("is the version of the package", () => {
  const { version } = JSON.parse(readFileSync(join(FILE, "../../../package.json"), "utf8"));

  expect(openApi.info.version).toBe(version);
});
