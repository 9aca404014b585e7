import { tracingChannel } from "node:diagnostics_channel";

interface Query {
  readonly query: string;
}

/** Statements as they leave the driver, which tells of each on a channel of its own. Texts in quotes are made alike. */
export interface SentStatements {
  /** Each different text once. A batch counts as its statements. */
  readonly texts: ReadonlySet<string>;
  /** What went out at once, in order and as it is. */
  readonly packets: readonly string[];
  /** Listens while `work` runs, and not to what the test itself asks before and after. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

const QUOTED = /X?'(?:[^'\\]|\\.|'')*'/g;

export function sentStatements(): SentStatements {
  const texts = new Set<string>();
  const packets: string[] = [];
  const channel = tracingChannel<string, Query>("mysql2:query");
  const nothing = () => {};
  const handlers = {
    start: ({ query }: Query) => {
      packets.push(query);
      const withoutValues = /^SET |^SHOW /.test(query)
        ? query
        : query.replaceAll(QUOTED, (text) => (text.startsWith("X") ? "X'00'" : "'value'"));
      for (const text of withoutValues.split(";")) texts.add(text.replaceAll(/\s+/g, " ").trim());
    },
    end: nothing,
    asyncStart: nothing,
    asyncEnd: nothing,
    error: nothing,
  };
  return {
    texts,
    packets,
    during: async (work) => {
      channel.subscribe(handlers);
      try {
        return await work();
      } finally {
        channel.unsubscribe(handlers);
      }
    },
  };
}
