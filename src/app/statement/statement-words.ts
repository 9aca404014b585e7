import type { StatementStatus } from "../../payment/statement.ts";
import type { ColumnRole } from "./layout.ts";

/** Words of the cabinet's files in Russian, Uzbek in both scripts, and English: hints, which a person confirms. */

const HEADER_WORDS: Readonly<Record<ColumnRole, RegExp>> = {
  CLICK_PAYMENT_ID: /paydoc|payment[\s_]*id|id[\s_]*плат|(номер|№)\s*плат|to['‘ʻ]lov\s*(raqami|id)|тўлов\s*рақами/,
  CLICK_TRANS_ID: /(?<!merchant[\s_]*)trans(action)?[\s_]*id|транзакц|tranzaksiya|транзакция/,
  REFERENCE: /merchant[\s_]*trans|заказ|order|лицев|account|reference|договор|buyurtma|буюртма|сч[её]т/,
  SERVICE_ID: /service|сервис|услуг|xizmat(?!\s*haqi)|хизмат/,
  AMOUNT: /сумм|amount|summa|\bsum\b|миқдор|miqdor/,
  COMMISSION: /комисс|commission|\bfee\b|komissiya|вознагражд|удержан|xizmat\s*haqi/,
  TIME: /дата|время|date|time|sana|vaqt|сана|вақт/,
  STATUS: /статус|состоян|status|state|holat|ҳолат/,
};

/** What a header says of its column. A commission is a sum as well, and says both. */
export function hasHeaderWord(role: ColumnRole, header: string): boolean {
  const text = header.toLowerCase();
  if (role === "AMOUNT" && HEADER_WORDS.COMMISSION.test(text)) return false;
  return HEADER_WORDS[role].test(text);
}

/** In this order: what is not paid has the word for paid in it. */
const STATUS_WORDS: readonly (readonly [StatementStatus, RegExp])[] = [
  [
    "UNPAID",
    /не\s*(оплач|успеш|подтвержд|провед|заверш)|неуспеш|неудач|ошибк|отклон|обработк|ожида|создан|fail|error|declin|reject|not\s*paid|unpaid|unsuccess|pending|process|created|xato|rad\s*et|muvaffaqiyatsiz|kutil|lanmagan|ланмаган|хато/,
  ],
  ["RETURNED", /отмен|возвр|сторн|реверс|revers|refund|cancel|return|qaytar|bekor|қайтар|бекор/],
  [
    "PAID",
    /успе[шх]|оплач|подтвержд|провед|исполнен|заверш|выполнен|success|paid|confirm|complet|done|langan|ланган|muvaffaqiyatli|муваффақият|tasdiq|тасдиқ|bajaril/,
  ],
];

/** Undefined for a word that is not known. */
export function statusOfWord(text: string): StatementStatus | undefined {
  const word = statusKey(text);
  return STATUS_WORDS.find(([, words]) => words.test(word))?.[0];
}

/** The word as a layout keeps it. */
export function statusKey(text: string): string {
  return text.trim().toLowerCase();
}

const TOTAL_WORDS = /^(?:общ\S*\s+|grand\s+)?(?:итого?|всего|total|jami|жами)(?![\p{L}\p{N}-])/iu;

/** The last line of many files, and the line under each day. */
export function isTotalWord(cell: string): boolean {
  return TOTAL_WORDS.test(cell);
}
