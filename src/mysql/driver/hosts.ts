import { Connection, type Listener } from "./connection.ts";
import { DatabaseError, isUnready, takesNoWrites } from "./database-error.ts";
import type { DatabaseHost } from "./database-url.ts";
import { type Fitness, setUp } from "./session.ts";

/** A server that failed is skipped for this long, while there are others. */
const PASSED_OVER_MS = 5_000;
/** When all failed, none is tried for this long, because waiting callers retry often. */
const ALL_LEFT_MS = 250;

interface Left {
  readonly atMs: number;
  readonly error: DatabaseError;
}

type Look =
  | { readonly fitness: Fitness; readonly connection: Connection }
  | { readonly fitness: "UNFIT"; readonly error: DatabaseError };

/**
 * The servers of the database URL. All connections go to one of them: the first in order that accepts writes, and then the same one until
 * it fails, so that a server that comes back with diverged data gets no writes automatically.
 */
export class Hosts {
  readonly #hosts: readonly DatabaseHost[];
  readonly #listener: Listener;
  readonly #left = new Map<DatabaseHost, Left>();
  #current: DatabaseHost | undefined;
  #good = new WeakSet<Connection>();

  constructor(hosts: readonly DatabaseHost[], listener: Listener) {
    this.#hosts = hosts;
    this.#listener = listener;
  }

  /** A connection with our session settings to a server that accepts writes. Throws a DatabaseError that lists each server and its fault. */
  async open(): Promise<Connection> {
    let lagging: Connection | undefined;
    for (const host of this.#candidates()) {
      const look = await this.#try(host);
      if (look.fitness === "UNFIT") continue;
      lagging?.destroy();
      if (look.fitness === "FIT") return this.#use(look.connection);
      lagging = look.connection;
    }
    if (lagging !== undefined) return this.#use(lagging);
    throw this.#noneFits();
  }

  /** Connects to each server and returns its fault; undefined for a usable one. */
  async look(): Promise<ReadonlyMap<string, string | undefined>> {
    const looks = this.#hosts.map(async (host): Promise<[string, string | undefined]> => {
      const look = await this.#try(host);
      if (look.fitness === "UNFIT") return [host.name, look.error.what];
      look.connection.end();
      return [host.name, look.fitness === "FIT" ? undefined : look.fitness];
    });
    return new Map(await Promise.all(looks));
  }

  /** Whether the connection was opened to the current server since it was chosen. */
  has(connection: Connection): boolean {
    return this.#good.has(connection);
  }

  /** Must be called for every error: a server that no longer accepts writes is left, with all connections to it. */
  hear(connection: Connection, error: DatabaseError): void {
    if (this.has(connection) && takesNoWrites(error)) this.#leave(connection.host, error);
  }

  #candidates(): readonly DatabaseHost[] {
    const order = this.#hosts.toSorted((a, b) => Number(b === this.#current) - Number(a === this.#current));
    const leftFor = (ms: number) => (host: DatabaseHost) => performance.now() - this.#leftAtMs(host) >= ms;
    const inTurn = order.filter(leftFor(PASSED_OVER_MS));
    return inTurn.length > 0 ? inTurn : order.filter(leftFor(ALL_LEFT_MS));
  }

  #leftAtMs(host: DatabaseHost): number {
    return this.#left.get(host)?.atMs ?? Number.NEGATIVE_INFINITY;
  }

  async #try(host: DatabaseHost): Promise<Look> {
    try {
      const connection = await Connection.open(host, this.#listener);
      const fitness = await setUp(connection).catch((error: unknown) => {
        connection.destroy();
        throw error;
      });
      return { connection, fitness };
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      this.#left.set(host, { atMs: performance.now(), error });
      return { fitness: "UNFIT", error };
    }
  }

  #use(connection: Connection): Connection {
    if (connection.host !== this.#current) this.#good = new WeakSet();
    this.#current = connection.host;
    this.#good.add(connection);
    return connection;
  }

  #leave(host: DatabaseHost, error: DatabaseError): void {
    this.#left.set(host, { atMs: performance.now(), error });
    this.#current = undefined;
    this.#good = new WeakSet();
  }

  #noneFits(): DatabaseError {
    const errors = this.#hosts.flatMap((host) => {
      const left = this.#left.get(host);
      return left === undefined ? [] : [{ host, error: left.error }];
    });
    const told = errors.map(({ host, error }) => `${error.what} at ${host.name}`).join(", ");
    // If a retry may help on one server, the result is "retry", whatever the others answered.
    const { error } = errors.find((one) => isUnready(one.error)) ?? errors[0] ?? { error: undefined };
    return new DatabaseError(error, told);
  }
}
