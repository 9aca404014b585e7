import { HealthImplementation, type ServingStatus } from "grpc-health-check";
import { contractServices } from "./descriptors.ts";

/** One health for the whole, under the empty name and under the name of each service: a client's own health check asks by name. */
export class Health extends HealthImplementation {
  readonly #names: readonly string[];
  #isServing = true;

  constructor(names = ["", ...contractServices().map(({ typeName }) => typeName)]) {
    super(Object.fromEntries(names.map((name) => [name, "SERVING"])));
    this.#names = names;
  }

  get isServing(): boolean {
    return this.#isServing;
  }

  setAll(status: ServingStatus): void {
    this.#isServing = status === "SERVING";
    for (const name of this.#names) this.setStatus(name, status);
  }
}
