import { CONTRACT_VERSION, FEATURES, SERVICE_VERSION } from "../../app/setup/server-version.ts";
import type { ServerServiceServer } from "../../gen/clickbridge/v1/server_service.ts";
import type { Guard } from "../server/unary.ts";

/** ServerService: for any caller with a token. */
export function serverService(guard: Guard): ServerServiceServer {
  return {
    getServerInfo: guard("any", async (_, { caller }) => ({
      version: SERVICE_VERSION,
      contractVersion: CONTRACT_VERSION,
      features: [...FEATURES].sort(),
      scopes: caller.scopes.toSorted(),
    })),
  };
}
