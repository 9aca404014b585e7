/** The two entry points of the module, below the root of the shop. No other address gets a signed probe. */
const PAGES = ["/bitrix/tools/clickbridge/callback.php", "/bitrix/tools/sale_ps_result.php"];
/** Parameters for the route and the pay system; no others are allowed. */
const PARAMETERS = new Set(["route", "BX_HANDLER", "BX_PAYSYSTEM_CODE"]);
const VALUE = /^\w{1,40}$/;
const CHARACTERS_MAX = 2_000;

export const CALLBACK_URL_RULE = `http or https, at most ${CHARACTERS_MAX} characters, no user, ending in ${PAGES.join(" or ")} with the parameters ${[...PARAMETERS].join(", ")} only`;

/** Whether an address, by its text, can be one of ours in Click's cabinet. */
export function isCallbackUrl(text: string): boolean {
  const url = text.length <= CHARACTERS_MAX ? URL.parse(text) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) return false;
  if (url.username !== "" || url.password !== "") return false;
  const isOurs = ([name, value]: readonly [string, string]) => PARAMETERS.has(name) && VALUE.test(value);
  return PAGES.some((page) => url.pathname.endsWith(page)) && [...url.searchParams].every(isOurs);
}
