/** The currencies of a currency restriction: PHP's serialised `['CURRENCY' => ['UZS', …]]`, of which only texts of three letters matter. */
export function currencyList(params: string): readonly string[] {
  const [, list = ""] = /s:8:"CURRENCY";a:\d+:\{([^}]*)\}/.exec(params) ?? [];
  return [...list.matchAll(/s:3:"([A-Z]{3})";/g)].map(([, currency = ""]) => currency);
}
