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

/** A change through Bitrix's own API. `fields` use Bitrix's names; `before` is the present value. */
export type CurrencyRepair =
  | { readonly kind: "ADD_CURRENCY"; readonly fields: Fields }
  | { readonly kind: "UPDATE_CURRENCY"; readonly fields: Fields; readonly before: string }
  | { readonly kind: "ADD_FORMAT" | "UPDATE_FORMAT"; readonly language: string; readonly fields: Fields }
  /** Restricts a pay system to UZS; undefined: there is no restriction yet. */
  | { readonly kind: "RESTRICT"; readonly paySystemId: number; readonly restrictionId: number | undefined };

/** Only an admin may decide these: rate and base currency define prices, and a restriction was an admin's choice. */
export type CurrencyProblem =
  | { readonly kind: "NO_BASE" }
  | { readonly kind: "NO_RATE"; readonly count: string; readonly amount: string; readonly base: string }
  | { readonly kind: "KEPT_OUT"; readonly paySystemId: number };

type Fields = Readonly<Record<string, string>>;

export interface CurrencyPlan {
  readonly repairs: readonly CurrencyRepair[];
  readonly problems: readonly CurrencyProblem[];
}

/** Without a base currency there is no rate, and Bitrix itself writes 1 for 1. */
const SAME_RATE = { AMOUNT: "1", AMOUNT_CNT: "1" };
const PLACEHOLDER_RATE = { AMOUNT: String(PLACEHOLDER.amount), AMOUNT_CNT: String(PLACEHOLDER.count) };

/** `1 234 567 so‘m`, `1 234 567 сум`; in any other language `1 234 567 UZS`. */
const FORMATS: ReadonlyMap<string, readonly [template: string, name: string]> = new Map([
  ["ru", ["# сум", "Узбекский сум"]],
  ["uz", ["# so‘m", "O‘zbek so‘mi"]],
]);
const OTHER_FORMAT = ["# UZS", "Uzbekistani sum"] as const;
/** Hides the decimals of whole sums. */
const TIYIN = { DECIMALS: String(UZS_DECIMALS), HIDE_ZERO: "Y" };

/** Reads the shop's currency settings and returns the repairs they need. */
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

/** Idempotent: after a plan was carried out, the next plan has no repairs. */
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
  // No other fields: a field that is not named stays unchanged, above all the rate.
  return [{ kind: "UPDATE_CURRENCY", fields: { CURRENCY: UZS, NUMCODE: UZS_NUMERIC_CODE }, before: uzs.numericCode }];
}

/** Other texts and separators of an admin's choice are not a fault. */
function formatRepairs({ language, format }: CurrencyFormat): readonly CurrencyRepair[] {
  const [template, name] = FORMATS.get(language) ?? OTHER_FORMAT;
  if (format === undefined) {
    const format = { FORMAT_STRING: template, FULL_NAME: name, DEC_POINT: ".", THOUSANDS_VARIANT: "S" };
    return [{ kind: "ADD_FORMAT", language, fields: { CURRENCY: UZS, LID: language, ...format, ...TIYIN } }];
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
