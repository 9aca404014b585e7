import { describe, expect, test } from "vitest";
import { readCallbackRequest } from "../../../src/protocol/callback-request.ts";

const FORM = "application/x-www-form-urlencoded";

const read = (body: string, contentType = FORM, method = "POST") =>
  readCallbackRequest({ method, contentType, body: Buffer.from(body, "latin1") });

describe("the fields of a callback come out of the raw body", () => {
  test("an absent field stays absent and an empty one stays empty", () => {
    expect(read("click_trans_id=1&merchant_prepare_id=&amount")).toEqual({
      clickTransId: "1",
      merchantPrepareId: "",
      amount: "",
    });
  });

  test("values come as they were sent: zeros, spaces, plus signs, Cyrillic, a byte order mark, broken escapes", () => {
    const body =
      "amount=0038400.00&merchant_trans_id=%D0%97%D0%B0%d0%ba%D0%B0%D0%B7%2F2+%2B1=x&sign_time=2026-01-15+12%3A00%3A00&sign_string=%EF%BB%BF%zz%2";

    expect(read(body)).toEqual({
      amount: "0038400.00",
      merchantTransId: "Заказ/2 +1=x",
      signTime: "2026-01-15 12:00:00",
      signString: "\ufeff%zz%2",
    });
  });

  test("bytes that were not escaped are read as UTF-8 too", () => {
    const body = Buffer.from("merchant_trans_id=Заказ-7");

    expect(readCallbackRequest({ method: "POST", contentType: FORM, body })).toEqual({ merchantTransId: "Заказ-7" });
  });

  test("fields that are not among the eleven are left out, also those that PHP or JavaScript would take for one", () => {
    const body =
      "click.trans.id=9&BX_HANDLER=CLICKBRIDGE&amount=1&payment_status=2&%20amount=3&__proto__=1&toString=2&=5&&";

    expect(read(body)).toEqual({ amount: "1" });
  });

  test.each<[string, string, string]>([
    ["an empty body", "", "the body is empty"],
    ["a list", "amount[]=1", "amount must be text"],
    ["a list whose bracket is encoded", "amount%5B%5D=1", "amount must be text"],
    ["a list in addition to the text", "amount=1&amount%5B0%5D=2", "amount must be text"],
    ["a field twice", "amount=1&amount=1", "amount is there twice"],
    ["a field twice, once with an escaped name", "amount=1&%61mount=2", "amount is there twice"],
    ["an empty field twice", "error=&error=", "error is there twice"],
    ["bytes that are no UTF-8", "merchant_trans_id=%ff%fe", "merchant_trans_id must be UTF-8"],
    ["bytes that are no UTF-8 and not escaped", "merchant_trans_id=\xff", "merchant_trans_id must be UTF-8"],
    ["half a surrogate", "merchant_trans_id=%ED%A0%80", "merchant_trans_id must be UTF-8"],
    ["a letter in more bytes than it needs", "merchant_trans_id=%C1%81", "merchant_trans_id must be UTF-8"],
    ["a long value", `amount=${"1".repeat(2_049)}`, "amount must have at most 2048 bytes"],
    [
      "a long value in two bytes a letter",
      `sign_time=${"%D0%B6".repeat(1_025)}`,
      "sign_time must have at most 2048 bytes",
    ],
    ["too many fields", "a=1&".repeat(256), "there must be at most 256 fields"],
    ["too long a body", `amount=1&a=${"1".repeat(65_526)}`, "the body must have at most 65536 bytes"],
  ])("%s is refused with a rule that names the field and quotes nothing", (_, body, rule) => {
    expect(read(body)).toBe(rule);
  });

  test("what reaches each limit is still read", () => {
    const value = "1".repeat(2_048);

    expect(read(`amount=${value}`)).toEqual({ amount: value });
    expect(read(`${"a=1&".repeat(255)}amount=1`)).toEqual({ amount: "1" });
    expect(read(`amount=1&a=${"1".repeat(65_525)}`)).toEqual({ amount: "1" });
  });

  test("the first fault of a body is the one that is named", () => {
    expect(read("amount[]=1&action=0&action=0")).toBe("amount must be text");
    expect(read("merchant_trans_id=%ff&action=0&action=0")).toBe("action is there twice");
    expect(read(`merchant_trans_id=%ff&amount=${"1".repeat(2_049)}`)).toBe("merchant_trans_id must be UTF-8");
  });

  test.each<[string, string, object]>([
    ["a note in windows-1251", "error_note=%CF%EB%E0%F2%B8%E6+ok", { errorNote: "\ufffd\ufffd\ufffd\ufffd\ufffd ok" }],
    ["a long note", `error_note=${"%D0%B6".repeat(2_000)}`, { errorNote: "ж".repeat(1_024) }],
    ["a note that is a list", "error_note[]=1", {}],
    ["a note twice", "error_note=first&error_note=second", { errorNote: "first" }],
    ["a number of the payment that is a list", "click_paydoc_id[0]=1", {}],
    ["a number of the payment twice", "click_paydoc_id=1&click_paydoc_id=2", { clickPaydocId: "1" }],
    ["a number of the payment that is no UTF-8", "click_paydoc_id=%ff", {}],
    ["a number of the payment that is no number", "click_paydoc_id=x", { clickPaydocId: "x" }],
    ["a number of the payment that is too long", `click_paydoc_id=${"1".repeat(3_000)}`, {}],
    ["an empty number of the payment", "click_paydoc_id=", { clickPaydocId: "" }],
  ])("what is neither signed nor needed does not cost the verdict: %s", (_, body, expected) => {
    expect(read(`amount=1&${body}`)).toEqual({ amount: "1", ...expected });
  });
});

describe("an HTTP request", () => {
  test("whose body was too long to be read is refused", () => {
    expect(readCallbackRequest({ method: "POST", contentType: FORM, body: undefined })).toBe(
      "the body must have at most 65536 bytes",
    );
  });

  test.each(["", FORM, "Application/X-WWW-Form-UrlEncoded; charset=UTF-8", ` ${FORM} ;x`])(
    "of the content type '%s' is a form",
    (type) => {
      expect(read("amount=1", type)).toEqual({ amount: "1" });
    },
  );

  test.each(["multipart/form-data; boundary=x", "application/json", "text/plain", ";"])(
    "of the content type '%s' is refused",
    (type) => {
      expect(read("amount=1", type)).toBe("the body must be application/x-www-form-urlencoded");
    },
  );

  test.each(["GET", "HEAD", "PUT", "post", ""])("of the method '%s' is refused", (method) => {
    expect(read("amount=1", FORM, method)).toBe("send a POST");
  });
});
