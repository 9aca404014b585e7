import { asChargeId, type ChargeId, type PaymentId } from "../../payment/ids.ts";

/** The subject of an anomaly as a text, when it is not an attempt. */

const PAYMENT_SUBJECT = "payment:";
const CHARGE_SUBJECT = "charge:";

export function subjectOfPayment(paymentId: PaymentId): string {
  return `${PAYMENT_SUBJECT}${paymentId}`;
}

export function subjectOfCharge(chargeId: ChargeId): string {
  return `${CHARGE_SUBJECT}${chargeId}`;
}

/** The charge of a subject, if it is one. */
export function chargeOfSubject(subject: string): ChargeId | undefined {
  return subject.startsWith(CHARGE_SUBJECT) ? asChargeId(Number(subject.slice(CHARGE_SUBJECT.length))) : undefined;
}

/** Guarded: in an INSERT … SELECT the server casts before it checks the condition, and a text that is not a number fails. */
const numberBehind = (prefix: string) =>
  `CASE WHEN n.subject LIKE '${prefix}%' THEN CAST(SUBSTRING(n.subject, ${prefix.length + 1}) AS SIGNED) END`;

/** What anomaly `n` is about in money: what its attempt `a` or its charge took or was to take. */
export const AMOUNT_OF_ANOMALY = `COALESCE(a.amount_tiyin,
    (SELECT c.amount_tiyin FROM clickbridge_charge c WHERE c.id = ${numberBehind(CHARGE_SUBJECT)}))`;

/** The payment of anomaly `n` and its attempt `a`. */
export const PAYMENT_OF_ANOMALY = `COALESCE(a.payment_id, ${numberBehind(PAYMENT_SUBJECT)},
    (SELECT c.payment_id FROM clickbridge_charge c WHERE c.id = ${numberBehind(CHARGE_SUBJECT)}))`;
