import { fail } from "../../payment/failure.ts";

export interface InstanceStore {
  /** The installation that moves money with this database; undefined: none has been named. */
  name(): Promise<string | undefined>;
  /** Names another one. */
  adopt(name: string): Promise<void>;
}

export interface InstanceOptions {
  readonly store: InstanceStore;
  /** Of this installation. */
  readonly name: string;
  /** Told when another look gave another answer. */
  readonly onChange: (isAdopted: boolean) => void;
}

/**
 * Whether this installation is the one that moves money with its database: a copied database must not (design.md 6). Nobody is,
 * until the database was looked at.
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

  /** While it is not, the database is asked each time, so that an adoption counts at once. */
  async isAdopted(): Promise<boolean> {
    return this.#isAdopted || this.refresh();
  }

  /** Looks again: another installation may have adopted the database. */
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
