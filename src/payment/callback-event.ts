import type { ServiceId } from "./ids.ts";

/** A signed callback in the form that the judges take. */
export interface CallbackEvent {
  readonly serviceId: ServiceId;
  readonly clickTransId: string;
  readonly merchantTransId: string;
  /** Not signed. */
  readonly clickPaydocId: string | undefined;
  readonly amountTiyin: bigint;
  /** 0, or Click's negative code. Not signed. */
  readonly error: number;
  /** What Click says of it, for people: no long number is left in it. Not signed. */
  readonly errorNote: string;
  readonly callerAddress: string;
}
