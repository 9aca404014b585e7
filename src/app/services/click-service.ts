import { CERTIFICATION_HOURS_MAX, type CertificationAccount } from "../../payment/certification.ts";
import { FEE_PERCENT_RULE, type FeeRate, NO_FEE, parseFeeRate } from "../../payment/fee.ts";
import type { ServiceId } from "../../payment/ids.ts";
import { asServiceId } from "../../payment/ids.ts";
import { type AskedPayment, type ShopPayment, withFee } from "../../payment/shop-payment.ts";
import type { ANSWER } from "../../protocol/answer.ts";
import type { DialectName } from "../../protocol/dialect.ts";
import { Secret } from "../../protocol/secret.ts";
import { SECRET_KEY_CHARACTERS_MIN } from "../../protocol/signature.ts";
import type { MerchantAccount } from "../click/click-api.ts";
import type { ReferenceKind } from "./reference.ts";
import type { PaySystemRow } from "./shop-reader.ts";
import { NO_TEST_MODE, type TestMode, testModeOf } from "./test-mode.ts";

/** Settings of one Click service in our own configuration; all have defaults. */
export interface ServiceOverride {
  /** Replaces the key in the database; two keys during a rotation. */
  readonly secretKeys?: readonly Secret[] | undefined;
  readonly dialect: DialectName;
  readonly reference: ReferenceKind;
  /** CIDR blocks that callbacks may come from; empty means any. */
  readonly callers: readonly string[];
  /** Click has enabled the undocumented partial reversal for this service. */
  readonly partialRefund: boolean;
  /** OWED money waits for an operator (`hold`), or is reversed once Click confirms that it belongs to that attempt alone (`refund`). */
  readonly owedPolicy: "hold" | "refund";
  /** Enqueue the order update only after Click reports paid; undefined: only for callbacks over plain HTTP. */
  readonly confirmBeforePaid?: boolean | undefined;
  /** The answer to a new attempt on a paid payment. */
  readonly takenAnswer: typeof ANSWER.ALREADY_PAID | typeof ANSWER.TRANSACTION_CANCELLED;
}

/** One Click service, built from the shop's pay systems and our configuration. */
export interface ClickService {
  readonly serviceId: ServiceId;
  readonly merchantId: string;
  readonly merchantUserId: string;
  /** Empty: not configured, so no signature can be verified. */
  readonly secretKeys: readonly Secret[];
  readonly override: ServiceOverride;
  /** The account for Click's certification tool, while it is open. */
  readonly certification: CertificationAccount | undefined;
  /** Key and address of the stand-in for that account. */
  readonly testMode: TestMode;
  /** Pay systems that use this service for at least one person type. */
  readonly paySystemIds: readonly number[];
  /** Whether payments of this pay system and person type belong to this service. */
  readonly owns: (paySystemId: number, personTypeId: number) => boolean;
  /** The fee that the buyer pays; undefined when the setting is not a percentage. Pay systems of one service may differ. */
  readonly feeRate: (paySystemId: number, personTypeId: number) => FeeRate | undefined;
  /** Owns it, and the pay system is active with a valid fee: an invalid fee must not become a wrong sum. */
  readonly offers: (paySystemId: number, personTypeId: number) => boolean;
  /** Faults of the settings, for an admin. Without values. */
  readonly faults: readonly string[];
}

export type ServiceMap = ReadonlyMap<ServiceId, ClickService>;

const COMMON = 0;

interface Combination {
  readonly paySystemId: number;
  readonly personTypeId: number;
  readonly value: (code: string) => string | undefined;
}

/** Builds services from the pay system settings. Pay systems that share a service_id must agree. */
export function servicesOf(
  paySystems: readonly PaySystemRow[],
  overrideOf: (serviceId: ServiceId) => ServiceOverride,
  now: Date = new Date(),
): ServiceMap {
  const byService = new Map<ServiceId, Combination[]>();
  for (const combination of paySystems.flatMap(combinationsOf)) {
    const serviceId = combination.value("CLICK_SERVICE_ID");
    if (serviceId === undefined || !/^[1-9]\d{0,17}$/.test(serviceId)) continue;
    const list = byService.get(asServiceId(serviceId)) ?? [];
    byService.set(asServiceId(serviceId), [...list, combination]);
  }
  const actives = new Set(paySystems.filter((p) => p.active).map((p) => p.paySystemId));
  const valueFor = valueLookup(paySystems);
  const feeRate = (paySystemId: number, personTypeId: number) =>
    feeRateOf(valueFor(paySystemId, personTypeId, "CLICK_FEE_PERCENT"));
  const services = new Map(
    [...byService].map(([serviceId, combinations]) => {
      const owns = (paySystemId: number, personTypeId: number) =>
        valueFor(paySystemId, personTypeId, "CLICK_SERVICE_ID") === serviceId;
      const offers = (paySystemId: number, personTypeId: number) =>
        actives.has(paySystemId) && owns(paySystemId, personTypeId) && feeRate(paySystemId, personTypeId) !== undefined;
      const settled = settle(serviceId, combinations, overrideOf(serviceId), now);
      return [serviceId, { ...settled, testMode: NO_TEST_MODE, owns, feeRate, offers }] as const;
    }),
  );
  const realKeys = [...services.values()].flatMap(({ secretKeys }) => secretKeys);
  return new Map(
    [...services].map(([serviceId, service]) => {
      const named = certificationNamed(byService.get(serviceId) ?? []);
      const testMode = named === undefined ? NO_TEST_MODE : testModeOf(named.value, realKeys);
      return [serviceId, { ...withSharedKeyFaults(service, services), testMode }];
    }),
  );
}

/** The signed text has no separators: if two services share a key, digits can move from click_trans_id into service_id. */
function withSharedKeyFaults(service: ClickService, services: ServiceMap): ClickService {
  return { ...service, faults: [...service.faults, ...sharedKeyFaults(service, services)] };
}

export function sharedKeyFaults(service: ClickService, services: ServiceMap): readonly string[] {
  return sharingServices(service, services).map(
    (other) => `services ${service.serviceId} and ${other.serviceId} have the same secret key`,
  );
}

/** Services with a higher id that share a key with this one; so each pair is listed once. */
export function sharingServices(service: ClickService, services: ServiceMap): readonly ClickService[] {
  const keys = new Set(service.secretKeys.map((key) => key.reveal()));
  return [...services.values()].filter(
    (other) =>
      BigInt(other.serviceId) > BigInt(service.serviceId) && other.secretKeys.some((key) => keys.has(key.reveal())),
  );
}

/** The values of a pay system: the common ones, and those of each person type that has its own. */
function combinationsOf(row: PaySystemRow): Combination[] {
  const common = row.values.get(COMMON);
  return [...new Set([COMMON, ...row.values.keys()])].map((personTypeId) => ({
    paySystemId: row.paySystemId,
    personTypeId,
    value: (code) => row.values.get(personTypeId)?.get(code) ?? common?.get(code),
  }));
}

function valueLookup(paySystems: readonly PaySystemRow[]) {
  const rows = new Map(paySystems.map((row) => [row.paySystemId, row]));
  return (paySystemId: number, personTypeId: number, code: string): string | undefined => {
    const values = rows.get(paySystemId)?.values;
    return values?.get(personTypeId)?.get(code) ?? values?.get(COMMON)?.get(code);
  };
}

function feeRateOf(value: string | undefined): FeeRate | undefined {
  return value === undefined ? NO_FEE : parseFeeRate(value);
}

function settle(serviceId: ServiceId, combinations: readonly Combination[], override: ServiceOverride, now: Date) {
  const faults: string[] = [];
  const agreed = (code: string): string => {
    const values = [...new Set(combinations.map((c) => c.value(code) ?? ""))];
    if (values.length === 1) return values[0] ?? "";
    const places = combinations.map((c) => `${c.paySystemId} (person type ${c.personTypeId})`).join(", ");
    faults.push(`pay systems ${places} share service ${serviceId} and disagree on ${code}`);
    return "";
  };
  const merchantId = agreed("CLICK_MERCHANT_ID");
  const merchantUserId = agreed("CLICK_MERCHANT_USER_ID");
  const secretKeys = override.secretKeys ?? secretsOf(agreed("CLICK_SECRET_KEY"));
  if (secretKeys.length === 0) {
    faults.push(`service ${serviceId} has no secret key of at least ${SECRET_KEY_CHARACTERS_MIN} characters`);
  }
  const certification = certificationOf(combinations, now);
  if (typeof certification === "string") faults.push(`service ${serviceId}: ${certification}`);
  for (const { paySystemId, personTypeId, value } of combinations) {
    if (feeRateOf(value("CLICK_FEE_PERCENT")) !== undefined) continue;
    faults.push(`pay system ${paySystemId} (person type ${personTypeId}): CLICK_FEE_PERCENT ${FEE_PERCENT_RULE}`);
  }
  const paySystemIds = [...new Set(combinations.map((c) => c.paySystemId))];
  return {
    serviceId,
    merchantId,
    merchantUserId,
    secretKeys,
    override,
    certification: typeof certification === "string" ? undefined : certification,
    paySystemIds,
    faults,
  };
}

const TASHKENT_TIME = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}$/;
const MS_PER_HOUR = 60 * 60 * 1_000;

/** The first pay system that names a certification account. */
function certificationNamed(combinations: readonly Combination[]): Combination | undefined {
  return combinations.find((c) => c.value("CLICK_CERTIFICATION_REFERENCE") !== undefined);
}

/** The account, or its fault. An end date far in the future would leave it open. */
function certificationOf(combinations: readonly Combination[], now: Date): CertificationAccount | string | undefined {
  const named = certificationNamed(combinations);
  const reference = named?.value("CLICK_CERTIFICATION_REFERENCE");
  if (named === undefined || reference === undefined) return undefined;
  const text = named.value("CLICK_CERTIFICATION_UNTIL") ?? "";
  const until = new Date(`${text.replace(" ", "T")}:00+05:00`);
  if (!TASHKENT_TIME.test(text) || Number.isNaN(until.getTime())) {
    return "CLICK_CERTIFICATION_UNTIL must be a time in Tashkent, YYYY-MM-DD HH:mm";
  }
  const latest = now.getTime() + CERTIFICATION_HOURS_MAX * MS_PER_HOUR;
  if (until.getTime() > latest) return `CLICK_CERTIFICATION_UNTIL must lie within ${CERTIFICATION_HOURS_MAX} hours`;
  return { reference, until };
}

function secretsOf(value: string): readonly Secret[] {
  return value.length < SECRET_KEY_CHARACTERS_MIN ? [] : [new Secret(value)];
}

/** The payment with its fee; undefined when it is not this service's, or cannot be paid now. */
export function quoteFor(service: ClickService, payment: ShopPayment): AskedPayment | undefined {
  const { paySystemId, personTypeId } = payment;
  const rate = service.feeRate(paySystemId, personTypeId);
  return rate !== undefined && service.offers(paySystemId, personTypeId) ? withFee(payment, rate) : undefined;
}

/** The account for the Merchant API, or undefined when it is not configured. */
export function accountOf(service: ClickService): MerchantAccount | undefined {
  const [secretKey] = service.secretKeys;
  const { serviceId, merchantId, merchantUserId, override } = service;
  if (secretKey === undefined || merchantId === "" || merchantUserId === "") return undefined;
  return { serviceId, merchantId, merchantUserId, secretKey: secretKey.reveal(), dialect: override.dialect };
}
