import type { CurrencyFormat, CurrencyRow, RestrictedPaySystem, SetupReader } from "./ports.ts";
import { about, type SetupCheck } from "./setup-check.ts";

export const UZS = "UZS";
export const UZS_NUMERIC_CODE = "860";
/** With fewer decimals Bitrix rounds sums with tiyin, so that they never equal what Click takes. */
export const UZS_DECIMALS = 2;
/**
 * The rate (base currency `amount` for `count` UZS) that the repair adds, because a currency needs a rate. It makes prices absurdly high
 * until an admin enters the real rate; 1 for 1 would sell everything for less than a hundredth of its price.
 */
export const PLACEHOLDER = { amount: 1, count: 1_000_000 };
const REPAIR = "press the repair button on the module's settings page";
const RATE = "type the rate in under Currencies in the admin pages: nobody else may";

export async function currency(reader: Pick<SetupReader, "currencies">): Promise<SetupCheck> {
  const check = about("currency");
  const rows = await reader.currencies();
  const uzs = rows.find((row) => row.currency === UZS);
  if (uzs === undefined) return check.fault("the shop has no currency UZS: Click takes no other", REPAIR);
  if (uzs.numericCode !== UZS_NUMERIC_CODE) {
    return check.warning(`UZS has the numeric code "${uzs.numericCode}" and not ${UZS_NUMERIC_CODE}`, REPAIR);
  }
  const bases = rows.filter((row) => row.isBase);
  if (bases.length !== 1) return check.warning(`${bases.length} currencies are the base and not one`, RATE);
  const rateFault = whyNotRate(uzs, bases[0]);
  return rateFault === undefined ? check.ok("UZS is there, with its code and a rate") : check.warning(rateFault, RATE);
}

function whyNotRate(uzs: CurrencyRow, base: CurrencyRow | undefined): string | undefined {
  const [amount, count, current] = [uzs.amount, uzs.amountCount, uzs.currentBaseRate].map(Number);
  if (!(amount && amount > 0) || !(count && count > 0)) return "UZS has no rate";
  if (!(current && current > 0)) return "UZS has no present rate to the base currency";
  if (uzs.isBase) return amount === count ? undefined : "UZS is the base currency and its rate is not 1";
  return isTypedIn(uzs) ? undefined : `${count} UZS are ${amount} ${base?.currency}: a rate that nobody has typed in`;
}

/** Whether an admin entered the rate: it is neither 1 for 1, Bitrix's default, nor that of the repair. */
export function isTypedIn(uzs: CurrencyRow): boolean {
  const [amount, count] = [Number(uzs.amount), Number(uzs.amountCount)];
  return amount !== count && !(amount === PLACEHOLDER.amount && count === PLACEHOLDER.count);
}

type Format = NonNullable<CurrencyFormat["format"]>;

export const hasTiyin = ({ decimals }: Format): boolean => decimals === UZS_DECIMALS;
export const hasPlace = ({ template }: Format): boolean => template.includes("#");

export async function currencyFormat(reader: Pick<SetupReader, "uzsFormats">): Promise<SetupCheck> {
  const check = about("currency_format");
  const faults = (await reader.uzsFormats()).flatMap(({ language, format }) => {
    if (format === undefined) return [`${language} has none`];
    if (!hasTiyin(format)) return [`${language} has ${format.decimals} decimals and not ${UZS_DECIMALS}`];
    return hasPlace(format) ? [] : [`${language} has no place for the sum`];
  });
  return faults.length === 0
    ? check.ok("UZS has a format in every language of the shop")
    : check.warning(`the format of UZS: ${faults.join(", ")}`, REPAIR);
}

export async function currencyRestriction(reader: Pick<SetupReader, "restrictions">): Promise<readonly SetupCheck[]> {
  const paySystems = await reader.restrictions();
  if (paySystems.length === 0)
    return [about("currency_restriction").unknown("no pay system of ours is switched on", "")];
  return paySystems.map(restrictionOf);
}

/** Undefined: any. An order must pass every restriction of the pay system. */
export function allowedCurrencies({ currencyLists }: RestrictedPaySystem): readonly string[] | undefined {
  return currencyLists.reduce<readonly string[] | undefined>(
    (before, list) => (before === undefined ? list : list.filter((one) => before.includes(one))),
    undefined,
  );
}

function restrictionOf(paySystem: RestrictedPaySystem): SetupCheck {
  const check = about("currency_restriction", `pay system ${paySystem.paySystemId}`);
  const allowed = allowedCurrencies(paySystem);
  if (allowed === undefined) {
    return check.warning("orders in any currency are offered Click, which takes UZS alone", REPAIR);
  }
  if (!allowed.includes(UZS)) {
    const remedy = "allow UZS in the currency restriction of the pay system";
    return check.fault("its restriction keeps UZS out: Click is never offered", remedy);
  }
  return allowed.length === 1
    ? check.ok("only orders in UZS are offered Click")
    : check.warning(`orders in ${allowed.join(", ")} are offered Click, which takes UZS alone`, REPAIR);
}
