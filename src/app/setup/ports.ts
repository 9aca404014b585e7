import type { ServiceId } from "../../payment/ids.ts";
import type { MerchantAccount } from "../click/click-api.ts";

/** Ports of the checks. The reader throws NotReadable; the others never throw for network errors. */

/** The table does not exist, or the user may not read it. The message has no statement and no values. */
export class NotReadable extends Error {}

/** Rights on one table that the user lacks. */
export interface MissingRights {
  readonly table: string;
  readonly rights: readonly string[];
}

export interface DatabaseRights {
  /** Considers only rights granted to the user itself, not its roles. */
  readonly missing: readonly MissingRights[];
  /** The same, for rights that only these checks need. */
  readonly missingForChecks: readonly MissingRights[];
  /** Tables of the shop's that the user may write. */
  readonly writableShopTables: readonly string[];
  /** The user has roles or column rights, so rights listed as missing may exist. */
  readonly incomplete: boolean;
}

export interface Durability {
  readonly flushLogAtTrxCommit: string;
  readonly binaryLog: boolean;
  /** Undefined when the server has no such variable. */
  readonly syncBinlog: string | undefined;
}

export interface WaitingUpdates {
  readonly waitingCount: number;
  /** Of those: overdue and not leased. */
  readonly overdueCount: number;
}

export interface CurrencyRow {
  readonly currency: string;
  readonly isBase: boolean;
  readonly numericCode: string;
  /** DECIMAL text: the price of `amountCount` units in the base currency. */
  readonly amount: string;
  readonly amountCount: string;
  readonly currentBaseRate: string;
}

export interface CurrencyFormat {
  readonly language: string;
  /** Undefined: the language has no row for UZS. */
  readonly format: { readonly template: string; readonly decimals: number } | undefined;
}

/** A pay system of ours, and the currency lists of its restrictions. */
export interface RestrictedPaySystem {
  readonly paySystemId: number;
  readonly currencyLists: readonly (readonly string[])[];
  /** The first restriction; undefined when there is none. */
  readonly restrictionId: number | undefined;
}

export interface SetupReader {
  version(): Promise<{ readonly version: string; readonly flavour: string }>;
  /** Each server of the database URL with the reason why it cannot be used now; undefined when it can. */
  hosts(): Promise<ReadonlyMap<string, string | undefined>>;
  missingMigrations(): Promise<readonly string[]>;
  /** Bitrix tables that payments need and that do not exist. */
  missingShopTables(): Promise<readonly string[]>;
  rights(): Promise<DatabaseRights>;
  /** Order tables with a non-transactional engine, as far as the user can see them. */
  unsafeShopTables(): Promise<ReadonlyMap<string, string>>;
  durability(): Promise<Durability>;
  /** Why the server refuses writes; undefined when it accepts them. */
  refusesWrites(): Promise<string | undefined>;
  /** The installation that moves money with this database; undefined when none is stored. */
  instance(): Promise<string | undefined>;
  waitingUpdates(overdueMinutes: number): Promise<WaitingUpdates>;
  /** Kind → number of open anomalies. */
  openAnomalies(): Promise<ReadonlyMap<string, number>>;
  lastCallback(serviceId: ServiceId): Promise<Date | undefined>;
  /** UZS and the base currencies. */
  currencies(): Promise<readonly CurrencyRow[]>;
  /** One per active language of the shop. */
  uzsFormats(): Promise<readonly CurrencyFormat[]>;
  /** Only active ones. */
  restrictions(): Promise<readonly RestrictedPaySystem[]>;
}

/** The answer from an address of the shop, or why there is none. */
export type FrontAnswer =
  | { readonly kind: "reply"; readonly httpStatus: number; readonly body: string }
  | { readonly kind: "nothing"; readonly reason: string };

export interface ShopModule {
  post(url: string, form: string): Promise<FrontAnswer>;
}

/** The result of a harmless status poll at Click. */
export type ClickAnswer =
  | {
      readonly kind: "ANSWER";
      readonly httpStatus: number;
      /** Undefined when the body is not in Click's format. */
      readonly errorCode: number | undefined;
      /** Click's clock in whole seconds; undefined when the answer has none. */
      readonly clickTime: Date | undefined;
      readonly askedTime: Date;
      readonly answeredTime: Date;
    }
  | { readonly kind: "NO_ANSWER" };

export interface ClickProbe {
  /** Polls the status of a payment that cannot exist. */
  ask(account: MerchantAccount, reference: string): Promise<ClickAnswer>;
}
