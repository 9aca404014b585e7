import { fail } from "../../payment/failure.ts";
import type { EventFilter, EventPage, EventReader } from "./event.ts";

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 500;

export interface EventQuery {
  /** Undefined: from the oldest event kept. */
  readonly afterSeq: number | undefined;
  /** The epoch of the response that `afterSeq` comes from; undefined: not given. */
  readonly epoch: number | undefined;
  readonly filter: EventFilter;
}

/** Lists events in the order of their numbers. */
export function listEvents(
  deps: { readonly events: EventReader },
  { pageSize, ...query }: EventQuery & { readonly pageSize: number },
): Promise<EventPage> {
  return pageAfter(deps.events, query, Math.min(pageSize || PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX));
}

/** Fails when events after the cursor are lost, or when the cursor belongs to history that a restore removed. */
export async function pageAfter(
  events: EventReader,
  { afterSeq, epoch, filter }: EventQuery,
  limit = PAGE_SIZE_MAX,
): Promise<EventPage> {
  const page = await events.page(afterSeq, { filter, limit });
  const { purgedSeq, newestSeq } = page;
  const { id, keptSeq, fromSeq } = page.epoch;
  const isLost = afterSeq !== undefined && afterSeq > keptSeq && afterSeq < fromSeq;
  if (isLost || (epoch !== undefined && epoch !== id)) fail({ reason: "EPOCH_CHANGED", epoch: id, keptSeq, newestSeq });
  if (afterSeq === undefined) return page;
  if (afterSeq < purgedSeq) fail({ reason: "EVENTS_EXPIRED", afterSeq, purgedSeq });
  if (afterSeq > newestSeq) fail({ reason: "CURSOR_AHEAD", afterSeq, newestSeq });
  return page;
}
