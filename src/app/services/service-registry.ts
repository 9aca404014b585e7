import type { ServiceId } from "../../payment/ids.ts";
import { type ClickService, type ServiceMap, type ServiceOverride, servicesOf } from "./click-service.ts";
import type { ShopReader } from "./shop-reader.ts";

export interface ServiceRegistryOptions {
  readonly shop: Pick<ShopReader, "paySystems">;
  readonly overrideOf: (serviceId: ServiceId) => ServiceOverride;
  /** How long cached settings are used without a read. */
  readonly ttlMs: number;
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  /** Called once per fault while it lasts. */
  readonly onFault: (fault: string) => void;
}

/** A wrong signature makes us read the settings again, at most this often, so that noise does not become load. */
const REREAD_INTERVAL_MS = 1_000;

/** Settings of the pay systems, cached briefly. */
export class ServiceRegistry {
  readonly #options: ServiceRegistryOptions;
  #services: ServiceMap | undefined;
  #readAtMs = 0;
  #reading: Promise<ServiceMap> | undefined;
  #told: ReadonlySet<string> = new Set();

  constructor(options: ServiceRegistryOptions) {
    this.#options = options;
  }

  async service(serviceId: string): Promise<ClickService | undefined> {
    return (await this.all()).get(serviceId as ServiceId);
  }

  /** The service that a payment of this pay system belongs to. */
  async serviceOwning(paySystemId: number, personTypeId: number): Promise<ClickService | undefined> {
    return [...(await this.all()).values()].find((service) => service.owns(paySystemId, personTypeId));
  }

  async all(): Promise<ServiceMap> {
    const age = this.#options.nowMs() - this.#readAtMs;
    return this.#services === undefined || age > this.#options.ttlMs ? this.#read() : this.#services;
  }

  /** Reads the settings again, at most once a second; true when they were read and a second try makes sense. */
  async reread(): Promise<boolean> {
    if (this.#reading === undefined && this.#options.nowMs() - this.#readAtMs < REREAD_INTERVAL_MS) return false;
    await this.#read();
    return true;
  }

  #read(): Promise<ServiceMap> {
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readOnce(): Promise<ServiceMap> {
    const services = servicesOf(await this.#options.shop.paySystems(), this.#options.overrideOf);
    this.#services = services;
    this.#readAtMs = this.#options.nowMs();
    const faults = new Set([...services.values()].flatMap((service) => service.faults));
    for (const fault of faults) if (!this.#told.has(fault)) this.#options.onFault(fault);
    this.#told = faults;
    return services;
  }
}
