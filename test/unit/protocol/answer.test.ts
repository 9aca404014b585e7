import fc from "fast-check";
import { expect, test } from "vitest";
import { ANSWER, type AnswerBody, answerJson } from "../../../src/protocol/answer.ts";

const PREPARED: AnswerBody = {
  clickTransId: "3647147957",
  merchantTransId: "57/2",
  idName: "merchant_prepare_id",
  id: 42,
  code: ANSWER.SUCCESS,
};

test("a Prepare is answered with numbers as numbers and the reference as text", () => {
  expect(answerJson(PREPARED)).toBe(
    '{"click_trans_id":3647147957,"merchant_trans_id":"57/2","merchant_prepare_id":42,"error":0,"error_note":"Success"}',
  );
});

test("a Complete is answered with merchant_confirm_id", () => {
  expect(answerJson({ ...PREPARED, idName: "merchant_confirm_id" })).toContain('"merchant_confirm_id":42,"error":0');
});

test("a number beyond 2^53 goes out digit by digit", () => {
  expect(answerJson({ ...PREPARED, clickTransId: "9223372036854775807" })).toContain(
    '"click_trans_id":9223372036854775807,',
  );
});

test.each([undefined, "", "abc", "1e3", "-1", "1.5", '1,"error":0', "12345678901234567890"])(
  "what is no number of Click's is not echoed: %j",
  (clickTransId) => {
    expect(answerJson({ ...PREPARED, clickTransId })).toMatch(/^\{"merchant_trans_id":/);
  },
);

test("leading zeros are dropped, for JSON has none", () => {
  expect(answerJson({ ...PREPARED, clickTransId: "0042" })).toContain('"click_trans_id":42,');
  expect(answerJson({ ...PREPARED, clickTransId: "000" })).toContain('"click_trans_id":0,');
});

test("what is unknown is left out", () => {
  const body = { ...PREPARED, clickTransId: undefined, merchantTransId: undefined, id: undefined };

  expect(answerJson({ ...body, code: ANSWER.SIGN_CHECK_FAILED })).toBe(
    '{"error":-1,"error_note":"SIGN CHECK FAILED!"}',
  );
});

test.each([
  [0, "Success"],
  [-1, "SIGN CHECK FAILED!"],
  [-2, "Incorrect parameter amount"],
  [-3, "Action not found"],
  [-4, "Already paid"],
  [-5, "User does not exist"],
  [-6, "Transaction does not exist"],
  [-7, "Failed to update user"],
  [-8, "Error in request from click"],
  [-9, "Transaction cancelled"],
] as const)("%d has Click's documented note: %s", (code, note) => {
  expect(JSON.parse(answerJson({ ...PREPARED, code }))).toMatchObject({ error: code, error_note: note });
});

test("a bad request says which field breaks which rule", () => {
  expect(answerJson({ ...PREPARED, code: ANSWER.BAD_REQUEST, detail: "amount is missing" })).toContain(
    '"error":-8,"error_note":"Error in request from click: amount is missing"',
  );
});

test("no reference can break out of the JSON or be changed by it", () => {
  const property = fc.property(fc.string({ unit: "grapheme" }), fc.nat(), (merchantTransId, id) => {
    expect(JSON.parse(answerJson({ ...PREPARED, merchantTransId, id }))).toEqual({
      click_trans_id: 3_647_147_957,
      merchant_trans_id: merchantTransId,
      merchant_prepare_id: id,
      error: 0,
      error_note: "Success",
    });
  });
  fc.assert(property);
});
