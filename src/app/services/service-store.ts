import type { ServiceId } from "../../payment/ids.ts";
import type { ReferenceKind } from "./reference.ts";

/** The kind of reference that a service uses, fixed by its first link or attempt. */
export interface ServiceStore {
  /** The kind fixed earlier, or fixed by this call. */
  fixReference(serviceId: ServiceId, reference: ReferenceKind): Promise<ReferenceKind>;
  references(): Promise<ReadonlyMap<ServiceId, ReferenceKind>>;
}
