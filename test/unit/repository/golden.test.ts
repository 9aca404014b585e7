import { readFileSync } from "node:fs";
import type { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { expect, test } from "vitest";
import { AnswerCallbackRequest } from "../../../src/gen/clickbridge/v1/answer_callback.ts";
import {
  CompleteRequest,
  CompleteResponse,
  PrepareRequest,
  PrepareResponse,
} from "../../../src/gen/clickbridge/v1/callback_service.ts";
import {
  CreatePaymentLinkRequest,
  CreatePaymentLinkResponse,
} from "../../../src/gen/clickbridge/v1/checkout_service.ts";
import { Event } from "../../../src/gen/clickbridge/v1/event.ts";
import { OrderUpdate_Kind as Kind } from "../../../src/gen/clickbridge/v1/order_update.ts";
import {
  AcknowledgeOrderUpdateRequest,
  AcknowledgeOrderUpdateRequest_Outcome as Outcome,
  AcknowledgeOrderUpdateRequest_Refusal as Refusal,
} from "../../../src/gen/clickbridge/v1/order_update_service.ts";

interface Codec {
  decode(input: Uint8Array | BinaryReader): unknown;
  encode(message: never): BinaryWriter;
}

const CODECS: Readonly<Record<string, Codec>> = {
  AcknowledgeOrderUpdateRequest,
  AnswerCallbackRequest,
  CompleteRequest,
  CompleteResponse,
  CreatePaymentLinkRequest,
  CreatePaymentLinkResponse,
  Event,
  PrepareRequest,
  PrepareResponse,
};

interface Golden {
  readonly file: string;
  readonly type: string;
  readonly note: string;
  readonly json: Readonly<Record<string, unknown>>;
}

const golden = (name: string) => readFileSync(new URL(`../../golden/${name}`, import.meta.url));
const MESSAGES = JSON.parse(golden("messages.json").toString("utf8")) as Golden[];

/** Enums that stand in the messages by their names. */
const ENUM_VALUES: Readonly<Record<string, number>> = { ...Kind, ...Outcome, ...Refusal, CARD_TYPE_HUMO: 2 };

/** A decoded message in the form of its JSON twin: 64-bit numbers as text, times as ISO, bytes as base64, enums as they travel. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Date) return value.toISOString().replace(".000Z", "Z");
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}

function withEnumNumbers(value: unknown): unknown {
  if (typeof value === "string") return ENUM_VALUES[value] ?? value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withEnumNumbers(item)]));
}

test.each(MESSAGES)(
  "$file is read as its JSON twin and written back to the same bytes: $note",
  ({ file, type, json }) => {
    const codec = CODECS[type];
    if (codec === undefined) throw new Error(`no codec for ${type}`);
    const bytes = golden(file);

    const message = codec.decode(bytes);

    expect(plain(message)).toEqual(withEnumNumbers(json));
    expect(Buffer.from(codec.encode(message as never).finish()).toString("hex")).toBe(bytes.toString("hex"));
  },
);

test("an absent field and an empty one stay apart", () => {
  const { callback } = PrepareRequest.decode(golden("prepare-request.bin"));

  expect(callback?.clickPaydocId).toBe("");
  expect(callback?.merchantPrepareId).toBeUndefined();
});
