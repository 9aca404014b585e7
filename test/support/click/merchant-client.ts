import { onTestFinished } from "vitest";
import type { ClickApi, MerchantAccount } from "../../../src/app/click/click-api.ts";
import { merchantApi } from "../../../src/click/merchant-api.ts";
import { MerchantHttp, type MerchantHttpOptions } from "../../../src/click/merchant-http.ts";
import { asServiceId } from "../../../src/payment/ids.ts";
import { SERVICE } from "../shop/shop.ts";

export const MERCHANT: MerchantAccount = { ...SERVICE, serviceId: asServiceId(SERVICE.serviceId), dialect: "click" };
/** When the client's clock stands still, unless a test gives another. */
export const NOW = new Date("2026-01-15T10:00:00Z");

/** Our client of Click's Merchant API, until the test ends. */
export function clientOf(baseUrl: string, options: Partial<MerchantHttpOptions> = {}): ClickApi {
  const http = new MerchantHttp({ baseUrl, now: () => NOW, ...options });
  onTestFinished(() => http.close());
  return merchantApi(http);
}
