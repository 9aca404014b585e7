import { HealthImplementation, type ServingStatus } from "grpc-health-check";
import { contractServices } from "./descriptors.ts";

/** One health status for all services, under the empty name and each service's name, because a client's health check uses a name. */
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
