import type { ServiceId } from "../../payment/ids.ts";
import type { MerchantAccount } from "../click/click-api.ts";

/** What the checks need of the world. The reader throws NotReadable; the others never throw for what the network does. */

/** The database refused: there is no such table, or its user may not read it. The message has no statement and no values. */
export class NotReadable extends Error {}

/** What the user may not do with one table. */
export interface MissingRights {
  readonly table: string;
  readonly rights: readonly string[];
}

export interface DatabaseRights {
  /** As far as rights of the user itself, without roles, tell. */
  readonly missing: readonly MissingRights[];
  /** The same, of what only these checks need. */
  readonly missingForChecks: readonly MissingRights[];
  /** Tables of the shop's that the user may write. */
  readonly writableShopTables: readonly string[];
  /** The user has roles, or rights on single columns: what it lacks may be there. */
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
  /** Of those: due for longer than was asked for, and in nobody's hands. */
  readonly overdueCount: number;
}

export interface CurrencyRow {
  readonly currency: string;
  readonly isBase: boolean;
  readonly numericCode: string;
  /** DECIMAL text: so much of the base currency for `amountCount` units. */
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
  /** The first of them; undefined: it has none. */
  readonly restrictionId: number | undefined;
}

export interface SetupReader {
  version(): Promise<{ readonly version: string; readonly flavour: string }>;
  /** Each server of the database URL, and why it could not be used now; undefined for one that could. */
  hosts(): Promise<ReadonlyMap<string, string | undefined>>;
  missingMigrations(): Promise<readonly string[]>;
  /** Tables of Bitrix's that payments need and that are not there. */
  missingShopTables(): Promise<readonly string[]>;
  rights(): Promise<DatabaseRights>;
  /** Tables of an order that know no transactions, with their engine, as far as they can be seen. */
  unsafeShopTables(): Promise<ReadonlyMap<string, string>>;
  durability(): Promise<Durability>;
  /** Why the server would refuse what we write; undefined when it would not. */
  refusesWrites(): Promise<string | undefined>;
  /** Which installation moves money with this database; undefined when none is noted. */
  instance(): Promise<string | undefined>;
  waitingUpdates(overdueMinutes: number): Promise<WaitingUpdates>;
  /** Kind → how many are open. */
  openAnomalies(): Promise<ReadonlyMap<string, number>>;
  lastCallback(serviceId: ServiceId): Promise<Date | undefined>;
  /** UZS and the base currencies. */
  currencies(): Promise<readonly CurrencyRow[]>;
  /** One for each language that the shop has switched on. */
  uzsFormats(): Promise<readonly CurrencyFormat[]>;
  /** Those that are switched on. */
  restrictions(): Promise<readonly RestrictedPaySystem[]>;
}

/** What came back from an address of the shop's, or why nothing did. */
export type FrontAnswer =
  | { readonly kind: "reply"; readonly httpStatus: number; readonly body: string }
  | { readonly kind: "nothing"; readonly reason: string };

export interface ShopModule {
  post(url: string, form: string): Promise<FrontAnswer>;
}

/** What a harmless question came to at Click. */
export type ClickAnswer =
  | {
      readonly kind: "ANSWER";
      readonly httpStatus: number;
      /** Undefined when the body is nothing of Click's. */
      readonly errorCode: number | undefined;
      /** Click's clock, in whole seconds; undefined when it was not told. */
      readonly clickTime: Date | undefined;
      readonly askedTime: Date;
      readonly answeredTime: Date;
    }
  | { readonly kind: "NO_ANSWER" };

export interface ClickProbe {
  /** Asks about a payment that cannot be. */
  ask(account: MerchantAccount, reference: string): Promise<ClickAnswer>;
}
