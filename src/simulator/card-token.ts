import { randomUUID } from "node:crypto";

/** The SMS code of every card. */
export const SMS_CODE = "12345";
/** Our own limits: Click documents none. */
const SMS_TRIES_MAX = 3;
const SMS_VALID_MS = 5 * 60 * 1_000;

/** A card that a shop may charge. Its number is not kept. */
export interface CardToken {
  readonly token: string;
  readonly serviceId: string;
  readonly maskedNumber: string;
  readonly maskedPhone: string;
  /** Good for one payment. */
  readonly temporary: boolean;
  readonly smsSentAt: Date;
  tries: number;
  state: "unverified" | "verified" | "deleted";
}

export function newCardToken(
  card: { readonly serviceId: string; readonly number: string; readonly temporary: boolean },
  now: Date,
): CardToken {
  return {
    token: randomUUID().toUpperCase(),
    serviceId: card.serviceId,
    maskedNumber: `${card.number.slice(0, 4)} ${card.number.slice(4, 6)}** **** ${card.number.slice(-4)}`,
    maskedPhone: "99890***4567",
    temporary: card.temporary,
    smsSentAt: now,
    tries: 0,
    state: "unverified",
  };
}

/** Checks the SMS code. */
export function verifyCard(card: CardToken, code: string, now: Date): "verified" | "wrong" | "expired" | "too many" {
  if (card.tries >= SMS_TRIES_MAX) return "too many";
  if (now.getTime() - card.smsSentAt.getTime() > SMS_VALID_MS) return "expired";
  card.tries += 1;
  if (code !== SMS_CODE) return "wrong";
  card.state = "verified";
  return "verified";
}

/** `MMYY`: whether the month is over. Undefined when it is not a month. */
export function isExpired(expireDate: string, now: Date): boolean | undefined {
  const [, month = "", year = ""] = /^(0[1-9]|1[0-2])(\d\d)$/.exec(expireDate) ?? [];
  if (month === "") return undefined;
  const firstOfNextMonth = Date.UTC(2000 + Number(year), Number(month), 1);
  return now.getTime() >= firstOfNextMonth;
}
