import type { Account } from "./account.ts";
import { Refused } from "./refused.ts";
import { ShopCaller } from "./shop-caller.ts";

/** Where a shop listens. */
export interface ShopUrls {
  readonly prepareUrl: string;
  readonly completeUrl: string;
}

/** A service as Click runs it. */
export interface Service {
  readonly account: Account;
  readonly caller: ShopCaller;
  /** Undefined when the stand-in was not told. */
  shop: ShopUrls | undefined;
  /** Click Pass payments of the service wait for its confirmation. */
  confirmsPayments: boolean;
}

/** The services that the stand-in plays. */
export class Services {
  readonly #byId: ReadonlyMap<string, Service>;

  constructor(accounts: readonly Account[], shop: ShopUrls | undefined, stopped: AbortSignal) {
    this.#byId = new Map(
      accounts.map((account) => {
        const caller = new ShopCaller({ secretKey: account.secretKey, stopped });
        return [account.serviceId, { account, caller, shop, confirmsPayments: false }];
      }),
    );
  }

  get all(): readonly Service[] {
    return [...this.#byId.values()];
  }

  find(serviceId: string): Service | undefined {
    return this.#byId.get(serviceId);
  }

  /** Refuses when there is none. */
  get(serviceId: string): Service {
    const ids = [...this.#byId.keys()].join(", ");
    const service = this.find(serviceId);
    if (service === undefined) throw new Refused(`there is no service ${serviceId}; there are ${ids}`);
    return service;
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ caller }) => caller.close()));
  }
}
