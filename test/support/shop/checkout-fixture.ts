import { type Simulator, startSimulator } from "../../../src/simulator/start.ts";
import { SERVICE, type ShopOrder } from "./shop.ts";
import { type ShopSite, startShopSite } from "./shop-site.ts";

/** A shop whose buyer is signed in, with the stand-in of Click behind it. */
export interface CheckoutFixture extends ShopSite {
  readonly simulator: Simulator;
  /** The page of an order, in English unless another language is asked for. */
  orderUrl(order: ShopOrder, language?: string): string;
  stop(): Promise<void>;
}

/** Of every order that the tests make. */
const BUYER_USER_ID = 1;

export async function startCheckoutFixture(): Promise<CheckoutFixture> {
  const simulator = await startSimulator({ accounts: [SERVICE] });
  const fixture = await startShopSite("php-fpm", {
    kernel: { language: "en", user_id: BUYER_USER_ID },
    env: {
      CLICKBRIDGE_PAY_URL: `${simulator.url}/services/pay`,
      CLICKBRIDGE_CLICK_API_URL: `${simulator.url}/v2/merchant/`,
    },
  });
  simulator.standIn.setShop(fixture.site);
  return {
    ...fixture,
    simulator,
    orderUrl: (order, language = "en") => `${fixture.site.url}/shop/order.php?id=${order.orderId}&lang=${language}`,
    stop: async () => {
      await fixture.stop();
      await simulator.stop();
    },
  };
}
