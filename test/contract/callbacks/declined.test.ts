import { expect, test } from "vitest";
import { Attempt_CaptureSource as Source, Attempt_State as State } from "../../../src/gen/clickbridge/v1/payment.ts";
import { clickOver, newClickId } from "../../support/click/click.ts";
import { shopAtClick } from "../../support/shop/shop-at-click.ts";

const fixture = shopAtClick();

const attemptsOf = async ({ paymentId }: { readonly paymentId: number }) =>
  (await fixture.payment(BigInt(paymentId))).attempts.map(
    ({ state, clickErrorCode, clickErrorNote, captureSource }) => ({
      ...{ state, clickErrorCode, clickErrorNote, captureSource },
    }),
  );
const DECLINED = { state: State.STATE_CANCELLED, captureSource: Source.CAPTURE_SOURCE_UNSPECIFIED };

test("what Click said when it took no money is kept with the attempt, without a number of a card or phone in it", async () => {
  const order = await fixture.shop.addOrder();
  const payment = { clickTransId: newClickId(), clickPaydocId: newClickId(), merchantTransId: order.number };
  const click = clickOver(fixture.service);
  const { merchantPrepareId } = await click.prepare(payment);
  await click.complete({
    ...{ ...payment, merchantPrepareId: String(merchantPrepareId), error: "-5017" },
    errorNote: "Недостаточно средств, карта 8600 1234 1234 1234",
  });

  expect(await attemptsOf(order)).toEqual([
    { ...DECLINED, clickErrorCode: -5017, clickErrorNote: "Недостаточно средств, карта …" },
  ]);
});

test("a note that is longer than it may be is cut, and one that is not there is empty", async () => {
  const order = await fixture.shop.addOrder();
  const click = clickOver(fixture.service);
  for (const errorNote of ["ж".repeat(255), ""]) {
    const payment = { clickTransId: newClickId(), clickPaydocId: newClickId(), merchantTransId: order.number };
    const { merchantPrepareId } = await click.prepare(payment);
    await click.complete({ ...payment, merchantPrepareId: String(merchantPrepareId), error: "-9", errorNote });
  }

  expect(await attemptsOf(order)).toEqual([
    { ...DECLINED, clickErrorCode: -9, clickErrorNote: "ж".repeat(250) },
    { ...DECLINED, clickErrorCode: -9, clickErrorNote: "" },
  ]);
});

test("money that was taken tells how that is known, and of no error", async () => {
  const taken = await fixture.taken();

  expect(await attemptsOf({ paymentId: Number(taken.paymentId) })).toEqual([
    {
      ...{ state: State.STATE_CAPTURED, clickErrorCode: 0, clickErrorNote: "" },
      captureSource: Source.CAPTURE_SOURCE_CALLBACK,
    },
  ]);
});
