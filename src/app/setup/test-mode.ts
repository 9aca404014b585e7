import { payLink } from "../../protocol/pay-link.ts";
import type { CertificationStore } from "../callbacks/certification.ts";
import type { ClickService, ServiceMap } from "../services/click-service.ts";
import type { CallbackUrls } from "./callbacks.ts";
import { about, type SetupCheck } from "./setup-check.ts";

/** 1,000 soums; no real money. */
const TRIAL_AMOUNT_TIYIN = 100_000n;
/** Return page of a trial purchase: the module's settings page, which shows the link. */
const SETTINGS_PAGE = "/bitrix/admin/settings.php?mid=clickbridge.payment";
const TOOLS = "/bitrix/tools/";

export interface TestModeProbe {
  readonly certification: Pick<CertificationStore, "isAnOrders">;
  readonly now: () => Date;
}

/** What is open for tests and until when; with a stand-in, also the link of a trial purchase. */
export async function testMode(
  probe: TestModeProbe,
  services: ServiceMap,
  urls: CallbackUrls | undefined,
): Promise<readonly SetupCheck[]> {
  if (services.size === 0) return [about("test_mode").ok("off")];
  return Promise.all([...services.values()].map((service) => ofService(probe, service, urls)));
}

async function ofService(
  { certification, now }: TestModeProbe,
  service: ClickService,
  urls: CallbackUrls | undefined,
): Promise<SetupCheck> {
  const check = about("test_mode", `service ${service.serviceId}`);
  const account = service.certification;
  if (account === undefined || now() >= account.until) return check.ok("off");
  const { secretKey, payUrl, faults } = service.testMode;
  if (faults.length > 0)
    return check.warning(faults.join("; "), "correct it in the pay system; until then it is not used");
  if (await certification.isAnOrders(account.reference)) {
    const what = `an order or a payment bears the reference ${account.reference}: it is not open`;
    return check.warning(what, "type another CLICK_CERTIFICATION_REFERENCE into the pay system");
  }
  const end = account.until.toISOString().slice(0, 16).replace("T", " ");
  const open = `the account ${account.reference} can be paid without an order until ${end} UTC`;
  if (secretKey === undefined) return check.warning(`${open}, with Click's key`, "it ends by itself");
  const found = check.warning(`${open}, with Click's key and the test secret`, "it ends by itself");
  return payUrl === undefined
    ? found
    : { ...found, link: trialLink(service, { payUrl, urls, reference: account.reference }) };
}

function trialLink(
  { serviceId, merchantId }: ClickService,
  stand: { readonly payUrl: string; readonly urls: CallbackUrls | undefined; readonly reference: string },
): string {
  return payLink({
    ...{ baseUrl: stand.payUrl, serviceId, merchantId, amountTiyin: TRIAL_AMOUNT_TIYIN, reference: stand.reference },
    returnUrl: stand.urls && stand.urls.prepare.slice(0, stand.urls.prepare.indexOf(TOOLS)) + SETTINGS_PAGE,
  });
}
