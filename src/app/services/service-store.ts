import type { ServiceId } from "../../payment/ids.ts";
import type { ReferenceKind } from "./reference.ts";

/** Which reference a service uses, fixed with its first link or attempt. */
export interface ServiceStore {
  /** The reference as fixed before, or as fixed by this call. */
  fixReference(serviceId: ServiceId, reference: ReferenceKind): Promise<ReferenceKind>;
  references(): Promise<ReadonlyMap<ServiceId, ReferenceKind>>;
}
