/** The currencies of a currency restriction: PHP's serialised `['CURRENCY' => ['UZS', …]]`. Reads only its texts of three letters. */
export function currencyList(params: string): readonly string[] {
  const [, list = ""] = /s:8:"CURRENCY";a:\d+:\{([^}]*)\}/.exec(params) ?? [];
  return [...list.matchAll(/s:3:"([A-Z]{3})";/g)].map(([, currency = ""]) => currency);
}
