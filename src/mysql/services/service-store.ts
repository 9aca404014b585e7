import type { ReferenceKind } from "../../app/services/reference.ts";
import type { ServiceStore } from "../../app/services/service-store.ts";
import { asServiceId, type ServiceId } from "../../payment/ids.ts";
import type { Pool } from "../driver/pool.ts";
import { statement, text } from "../driver/statement.ts";
import { read } from "../driver/transaction.ts";

export function serviceStore(pool: Pool): ServiceStore {
  // A fixed reference never changes, so it is read once per service.
  const fixed = new Map<ServiceId, ReferenceKind>();
  return {
    fixReference: async (serviceId, reference) => {
      const known = fixed.get(serviceId);
      if (known !== undefined) return known;
      const [, found] = await read(
        pool,
        statement(
          `INSERT INTO clickbridge_service (service_id, reference) VALUES (?, ?)
           ON DUPLICATE KEY UPDATE service_id = service_id`,
          BigInt(serviceId),
          reference,
        ),
        statement("SELECT reference FROM clickbridge_service WHERE service_id = ?", BigInt(serviceId)),
      );
      const [row] = found?.rows ?? [];
      const kind = row === undefined ? reference : (text(row, "reference") as ReferenceKind);
      fixed.set(serviceId, kind);
      return kind;
    },
    references: async () => {
      const [found] = await read(pool, statement("SELECT service_id, reference FROM clickbridge_service"));
      return new Map(
        (found?.rows ?? []).map((row) => [
          asServiceId(text(row, "service_id")),
          text(row, "reference") as ReferenceKind,
        ]),
      );
    },
  };
}
