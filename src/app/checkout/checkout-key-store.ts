import type { Secret } from "../../protocol/secret.ts";

/** Each key is 32 random bytes in hex. Keys never leave the service. */
export interface CheckoutKeys {
  readonly current: Secret;
  /** The key before the last rotation, while its tokens may still be valid. */
  readonly previous: Secret | undefined;
}

export interface CheckoutKeyStore {
  /** At most a minute old. */
  keys(): Promise<CheckoutKeys>;
  /** At most some seconds old: another replica may have signed with a key that this one has not read yet. */
  freshKeys(): Promise<CheckoutKeys>;
}
