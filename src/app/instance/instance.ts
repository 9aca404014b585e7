import { fail } from "../../payment/failure.ts";

export interface InstanceStore {
  /** The installation that moves money with this database; undefined when none is stored. */
  name(): Promise<string | undefined>;
  /** Stores another one. */
  adopt(name: string): Promise<void>;
}

export interface InstanceOptions {
  readonly store: InstanceStore;
  /** Name of this installation. */
  readonly name: string;
  /** Called when a new read gave another answer. */
  readonly onChange: (isAdopted: boolean) => void;
}

/**
 * Whether this installation is the one that moves money with its database: a copy of the database must not (design.md 6). False until
 * the database was read.
 */
export class Instance {
  readonly #options: InstanceOptions;
  #isAdopted: boolean | undefined;

  constructor(options: InstanceOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** While false, reads the database each time, so that an adoption takes effect at once. */
  async isAdopted(): Promise<boolean> {
    return this.#isAdopted || this.refresh();
  }

  /** Reads again: another installation may have adopted the database. */
  async refresh(): Promise<boolean> {
    const { store, name, onChange } = this.#options;
    const before = this.#isAdopted;
    this.#isAdopted = (await store.name()) === name;
    if (before !== undefined && before !== this.#isAdopted) onChange(this.#isAdopted);
    return this.#isAdopted;
  }

  async mustBeAdopted(): Promise<void> {
    if (!(await this.isAdopted())) fail({ reason: "INSTANCE_NOT_ADOPTED", instance: this.name });
  }
}
