import type { Secret } from "../../protocol/secret.ts";

/** 32 random bytes in hex each. They never leave the service. */
export interface CheckoutKeys {
  readonly current: Secret;
  /** Of before the last rotation, as long as its tokens may live. */
  readonly previous: Secret | undefined;
}

export interface CheckoutKeyStore {
  /** At most a minute old. */
  keys(): Promise<CheckoutKeys>;
  /** At most some seconds old: a token may be of a key that only another replica knows yet. */
  freshKeys(): Promise<CheckoutKeys>;
}
