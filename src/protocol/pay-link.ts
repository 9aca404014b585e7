import { formatSoums } from "./amount.ts";

export type CardType = "uzcard" | "humo";

export interface PayLink {
  /** Click's payment page, `https://my.click.uz/services/pay`. */
  readonly baseUrl: string;
  readonly serviceId: string;
  readonly merchantId: string;
  readonly amountTiyin: bigint;
  /** Comes back as merchant_trans_id. */
  readonly reference: string;
  readonly returnUrl?: string | undefined;
  readonly cardType?: CardType | undefined;
}

/** The unsigned link to Click's payment page (click-protocol.md 3.1). Anybody can forge one: Prepare is the protection. */
export function payLink(link: PayLink): string {
  const parameters: [string, string | undefined][] = [
    ["service_id", link.serviceId],
    ["merchant_id", link.merchantId],
    ["amount", formatSoums(link.amountTiyin)],
    ["transaction_param", link.reference],
    ["return_url", link.returnUrl || undefined],
    ["card_type", link.cardType],
  ];
  const query = parameters
    .filter(([, value]) => value !== undefined)
    .map(([name, value = ""]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  return `${link.baseUrl}${link.baseUrl.includes("?") ? "&" : "?"}${query}`;
}
