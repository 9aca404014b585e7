import { type CardToken, isExpired, newCardToken, verifyCard } from "./card-token.ts";
import type { Answer } from "./http.ts";
import { done, FAULT, isSum, type MerchantRequest, type MerchantRow, refuse } from "./merchant-call.ts";

/** Cards that a customer lets be kept. */
export const CARD_TOKEN_ROWS: readonly MerchantRow[] = [
  { name: "card_token/request", method: "POST", path: /^card_token\/request$/, call: request },
  { name: "card_token/verify", method: "POST", path: /^card_token\/verify$/, call: verify },
  { name: "card_token/payment", method: "POST", path: /^card_token\/payment$/, call: pay },
  { name: "card_token/delete", method: "DELETE", path: /^card_token\/([^/]+)\/([^/]+)$/, call: remove },
];

function request({ standIn, account, body }: MerchantRequest): Answer {
  const { card_number: number, expire_date: expireDate, temporary } = body;
  const now = standIn.now();
  if (typeof number !== "string" || !/^\d{16}$/.test(number)) return refuse(FAULT.CARD_WRONG, "Wrong card number");
  if (typeof expireDate !== "string" || isExpired(expireDate, now) !== false)
    return refuse(FAULT.CARD_WRONG, "Wrong expire date");
  if (temporary !== 0 && temporary !== 1) return refuse(FAULT.BAD_REQUEST, "temporary must be 0 or 1");
  const card = newCardToken({ serviceId: account.serviceId, number, temporary: temporary === 1 }, now);
  standIn.ledger.addCardToken(card);
  const spelling = { number: temporary, boolean: card.temporary, text: String(temporary) };
  return done(standIn, {
    card_token: card.token,
    phone_number: card.maskedPhone,
    temporary: spelling[standIn.behaviour.temporary_as],
  });
}

function verify(request: MerchantRequest): Answer {
  const { standIn, body } = request;
  const card = cardOf(request, body["card_token"]);
  const code = body["sms_code"];
  if (card === undefined) return refuse(FAULT.NOT_FOUND, "Card token not found");
  if (typeof code !== "number" && typeof code !== "string") return refuse(FAULT.BAD_REQUEST, "sms_code is missing");
  const outcome = verifyCard(card, String(code), standIn.now());
  switch (outcome) {
    case "verified":
      return done(standIn, { card_number: card.maskedNumber });
    case "wrong":
      return refuse(FAULT.SMS_WRONG, "Wrong SMS code");
    case "expired":
      return refuse(FAULT.SMS_EXPIRED, "SMS code has expired");
    case "too many":
      return refuse(FAULT.TOO_MANY_TRIES, "Too many attempts");
    default:
      return outcome satisfies never;
  }
}

async function pay(request: MerchantRequest): Promise<Answer> {
  const { standIn, account, body } = request;
  const { card_token: token, amount, transaction_parameter: reference } = body;
  const card = cardOf(request, token);
  if (card === undefined) return refuse(FAULT.NOT_FOUND, "Card token not found");
  if (card.state !== "verified") return refuse(FAULT.NOT_VERIFIED, "Card token is not verified");
  if (!isSum(amount)) return refuse(FAULT.BAD_REQUEST, "amount must be a number above 0");
  if (typeof reference !== "string" || reference === "")
    return refuse(FAULT.BAD_REQUEST, "transaction_parameter is empty");
  if (card.temporary) card.state = "deleted";
  const payment = await standIn.settled(
    standIn.pay({
      serviceId: account.serviceId,
      reference,
      amountText: String(amount),
      origin: "card token",
      isQuiet: !standIn.behaviour.token_payment_calls_shop,
    }),
  );
  return done(standIn, { payment_id: payment.paymentId, payment_status: payment.status });
}

function remove(request: MerchantRequest): Answer {
  const { standIn, parts } = request;
  const card = cardOf(request, parts[0]);
  if (card === undefined) return refuse(FAULT.NOT_FOUND, "Card token not found");
  card.state = "deleted";
  return done(standIn);
}

function cardOf({ standIn, account }: MerchantRequest, token: unknown): CardToken | undefined {
  const card = standIn.ledger.cardToken(String(token));
  return card?.serviceId === account.serviceId && card.state !== "deleted" ? card : undefined;
}
