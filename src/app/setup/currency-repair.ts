import {
  allowedCurrencies,
  hasPlace,
  hasTiyin,
  isTypedIn,
  PLACEHOLDER,
  UZS,
  UZS_DECIMALS,
  UZS_NUMERIC_CODE,
} from "./currency.ts";
import type { CurrencyFormat, CurrencyRow, RestrictedPaySystem, SetupReader } from "./ports.ts";

/** What is to be written through Bitrix's own API. `fields` have its names; `before` is what stands there now. */
export type CurrencyRepair =
  | { readonly kind: "ADD_CURRENCY"; readonly fields: Fields }
  | { readonly kind: "UPDATE_CURRENCY"; readonly fields: Fields; readonly before: string }
  | { readonly kind: "ADD_FORMAT" | "UPDATE_FORMAT"; readonly language: string; readonly fields: Fields }
  /** The restriction of a pay system to UZS; undefined: it has none yet. */
  | { readonly kind: "RESTRICT"; readonly paySystemId: number; readonly restrictionId: number | undefined };

/** What only a person may decide: a rate and the base currency give prices their meaning, and a restriction was an admin's choice. */
export type CurrencyProblem =
  | { readonly kind: "NO_BASE" }
  | { readonly kind: "NO_RATE"; readonly count: string; readonly amount: string; readonly base: string }
  | { readonly kind: "KEPT_OUT"; readonly paySystemId: number };

type Fields = Readonly<Record<string, string>>;

export interface CurrencyPlan {
  readonly repairs: readonly CurrencyRepair[];
  readonly problems: readonly CurrencyProblem[];
}

/** With no base currency there is nothing to have a rate to, and 1 for 1 is what Bitrix itself would write. */
const SAME_RATE = { AMOUNT: "1", AMOUNT_CNT: "1" };
const PLACEHOLDER_RATE = { AMOUNT: String(PLACEHOLDER.amount), AMOUNT_CNT: String(PLACEHOLDER.count) };

/** `1 234 567 so‘m`, `1 234 567 сум`; in any other language `1 234 567 UZS`. */
const WORDS: ReadonlyMap<string, readonly [template: string, name: string]> = new Map([
  ["ru", ["# сум", "Узбекский сум"]],
  ["uz", ["# so‘m", "O‘zbek so‘mi"]],
]);
const OTHER_WORDS = ["# UZS", "Uzbekistani sum"] as const;
/** The zeros of whole sums are hidden. */
const TIYIN = { DECIMALS: String(UZS_DECIMALS), HIDE_ZERO: "Y" };

/** Reads what the shop has, and says how to mend it. */
export async function planCurrency(
  setup: Pick<SetupReader, "currencies" | "uzsFormats" | "restrictions">,
): Promise<CurrencyPlan> {
  const [currencies, formats, paySystems] = await Promise.all([
    setup.currencies(),
    setup.uzsFormats(),
    setup.restrictions(),
  ]);
  return currencyPlan(currencies, formats, paySystems);
}

/** What is right needs nothing, so a plan that was carried out is followed by one without repairs. */
export function currencyPlan(
  currencies: readonly CurrencyRow[],
  formats: readonly CurrencyFormat[],
  paySystems: readonly RestrictedPaySystem[],
): CurrencyPlan {
  const uzs = currencies.find(({ currency }) => currency === UZS);
  const base = currencies.find(({ isBase }) => isBase);
  return {
    repairs: [
      ...currencyRepairs(uzs, base),
      ...formats.flatMap(formatRepairs),
      ...paySystems
        .filter(isOpen)
        .map(({ paySystemId, restrictionId }) => ({ kind: "RESTRICT", paySystemId, restrictionId }) as const),
    ],
    problems: [
      ...rateProblems(uzs, base),
      ...paySystems.filter(keepsUzsOut).map(({ paySystemId }) => ({ kind: "KEPT_OUT", paySystemId }) as const),
    ],
  };
}

function currencyRepairs(uzs: CurrencyRow | undefined, base: CurrencyRow | undefined): readonly CurrencyRepair[] {
  if (uzs === undefined) {
    const rate = base === undefined ? SAME_RATE : PLACEHOLDER_RATE;
    const fields = { CURRENCY: UZS, NUMCODE: UZS_NUMERIC_CODE, SORT: "100", BASE: "N", ...rate };
    return [{ kind: "ADD_CURRENCY", fields }];
  }
  if (uzs.numericCode === UZS_NUMERIC_CODE) return [];
  // Nothing else goes along: what is not named stays as it is, the rate above all.
  return [{ kind: "UPDATE_CURRENCY", fields: { CURRENCY: UZS, NUMCODE: UZS_NUMERIC_CODE }, before: uzs.numericCode }];
}

/** The words and signs that an admin chose are no fault. */
function formatRepairs({ language, format }: CurrencyFormat): readonly CurrencyRepair[] {
  const [template, name] = WORDS.get(language) ?? OTHER_WORDS;
  if (format === undefined) {
    const words = { FORMAT_STRING: template, FULL_NAME: name, DEC_POINT: ".", THOUSANDS_VARIANT: "S" };
    return [{ kind: "ADD_FORMAT", language, fields: { CURRENCY: UZS, LID: language, ...words, ...TIYIN } }];
  }
  const fields = { ...(hasPlace(format) ? {} : { FORMAT_STRING: template }), ...(hasTiyin(format) ? {} : TIYIN) };
  return Object.keys(fields).length === 0 ? [] : [{ kind: "UPDATE_FORMAT", language, fields }];
}

function rateProblems(uzs: CurrencyRow | undefined, base: CurrencyRow | undefined): readonly CurrencyProblem[] {
  if (base === undefined) return [{ kind: "NO_BASE" }];
  if (uzs === undefined || uzs.isBase || isTypedIn(uzs)) return [];
  return [{ kind: "NO_RATE", count: uzs.amountCount, amount: String(Number(uzs.amount)), base: base.currency }];
}

function isOpen(paySystem: RestrictedPaySystem): boolean {
  const allowed = allowedCurrencies(paySystem);
  return !keepsUzsOut(paySystem) && (allowed === undefined || allowed.length > 1);
}

function keepsUzsOut(paySystem: RestrictedPaySystem): boolean {
  return allowedCurrencies(paySystem)?.includes(UZS) === false;
}
