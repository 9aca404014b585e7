import { afterEach, beforeEach, expect, test } from "vitest";
import type { ClickApi } from "../../../src/app/click/click-api.ts";
import { authHeader } from "../../../src/protocol/auth-header.ts";
import { Secret } from "../../../src/protocol/secret.ts";
import { tashkentDay } from "../../../src/protocol/tashkent-time.ts";
import { clientOfBench, done, SHOP } from "../../support/click/merchant-bench.ts";
import { ACCOUNT, type Bench, type Json, startBench } from "../../support/click/stand-in.ts";

/** Where Click's documents contradict each other the stand-in answers in either way, and our client reads both alike. */

let bench: Bench;
let client: ClickApi;
beforeEach(async () => {
  bench = await startBench();
  client = clientOfBench(bench);
});
afterEach(() => bench.stop());

const switchTo = (behaviour: object) => bench.ask("PUT", "/simulator/behaviour", behaviour);
/** The very answer, for what a client makes of it hides the spelling. */
async function answerTo(path: string): Promise<Json> {
  const response = await fetch(`${bench.simulator.url}/v2/merchant/${path}`, {
    headers: { auth: authHeader({ ...ACCOUNT, timestampSeconds: 1_736_935_200 }) },
  });
  return (await response.json()) as Json;
}
const paid = async () => String((await bench.pay("A", "38400.00")).payment_id);
const newInvoice = () => client.createInvoice(SHOP, { amountTiyin: 100n, phone: "998901234567", reference: "B" });

test.each([false, true])("ids are text: %s", async (isText) => {
  await switchTo({ ids_as_text: isText });
  const id = await paid();
  const answer = await answerTo(`payment/status/${SHOP.serviceId}/${id}`);
  const { clickInvoiceId } = done(await newInvoice());

  expect(answer["payment_id"]).toBe(isText ? id : Number(id));
  expect(await client.paymentStatus(SHOP, id)).toEqual({ kind: "DONE", status: "PAID" });
  expect(await client.fiscalData(SHOP, id)).toEqual({ kind: "DONE", qrCodeUrl: undefined });
  expect(bench.simulator.standIn.ledger.invoices.map(({ invoiceId }) => String(invoiceId))).toEqual([clickInvoiceId]);
});

test.each([
  ["both", ["payment_id", "payment_status", "merchant_trans_id"], "PAID"],
  ["payment_status", ["payment_id", "payment_status"], "PAID"],
  ["merchant_trans_id", ["payment_id", "merchant_trans_id"], undefined],
])("status_by_mti answers with %s", async (reading, fields, status) => {
  await switchTo({ status_by_mti: reading });
  const clickPaymentId = await paid();
  const today = tashkentDay(new Date());
  const answer = await answerTo(`payment/status_by_mti/${SHOP.serviceId}/A/${today}`);

  expect(Object.keys(answer)).toEqual(["error_code", "error_note", ...fields]);
  expect(await client.paymentOfReference(SHOP, "A", today)).toEqual({ kind: "DONE", clickPaymentId, status });
});

test.each(["invoice_status", "status"])("an invoice's status stands under %s", async (key) => {
  await switchTo({ invoice_status_key: key });
  const { clickInvoiceId } = done(await newInvoice());
  const answer = await answerTo(`invoice/status/${SHOP.serviceId}/${clickInvoiceId}`);

  expect(Object.keys(answer)).toEqual(["error_code", "error_note", key, `${key}_note`]);
  expect(await client.invoiceStatus(SHOP, clickInvoiceId)).toEqual({
    kind: "DONE",
    status: 0,
    note: "Waiting for payment",
  });
});

test.each(["number", "boolean", "text"])("temporary comes as a %s", async (spelling) => {
  await switchTo({ temporary_as: spelling });
  const ask = async (temporary: boolean) =>
    done(
      await client.requestCardToken(SHOP, {
        cardNumber: new Secret("8600123412341234"),
        expireDate: new Secret("1299"),
        temporary,
      }),
    ).temporary;

  expect([await ask(true), await ask(false)]).toEqual([true, false]);
});

test.each([true, false])("a fiscal read has an error_code: %s", async (hasCode) => {
  await switchTo({ fiscal_read_error_code: hasCode });
  const id = await paid();
  const answer = await answerTo(`payment/ofd_data/${SHOP.serviceId}/${id}`);

  expect("error_code" in answer).toBe(hasCode);
  expect(await client.fiscalData(SHOP, id)).toEqual({ kind: "DONE", qrCodeUrl: undefined });
});
