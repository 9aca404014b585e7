import { expect, test } from "vitest";
import { cleanNote } from "../../../src/protocol/clean-note.ts";
import { Secret } from "../../../src/protocol/secret.ts";

test.each([
  ["card 8600123412345678 was declined", "card … was declined"],
  ["card 8600 1234 1234 5678, phone +998 90 123-45-67", "card …, phone +…"],
  ["token AB-12345678-CD is gone", "token … is gone"],
  ["code 12345 of 0399 is wrong", "code … of … is wrong"],
  ["error -5017, at least 1000 sums", "error -5017, at least 1000 sums"],
  ["", ""],
])("%j becomes %j", (note, cleaned) => {
  expect(cleanNote(note, [new Secret("12345"), new Secret("0399"), new Secret(""), new Secret("AB-12345678-CD")])).toBe(
    cleaned,
  );
});
