import type { ClickApi } from "../app/click/click-api.ts";
import { cardTokens } from "./card-tokens.ts";
import { clickPass } from "./click-pass.ts";
import { fiscal } from "./fiscal.ts";
import { invoices } from "./invoices.ts";
import { MerchantCalls } from "./merchant-calls.ts";
import type { MerchantHttp } from "./merchant-http.ts";
import { payments } from "./payments.ts";

/** Click's Merchant API v2 (click-protocol.md 2); each part has its own file. */
export function merchantApi(http: MerchantHttp): ClickApi {
  const calls = new MerchantCalls(http);
  return {
    ...invoices(calls),
    ...payments(calls),
    ...cardTokens(calls),
    ...clickPass(calls),
    ...fiscal(calls),
  };
}
