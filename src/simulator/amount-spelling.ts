import { formatSoums } from "../protocol/amount.ts";
import type { Behaviour } from "./behaviour.ts";
import type { Payment } from "./payment.ts";

/** The text of a sum in one call. `38400` and `38400.00` are different signed texts. */
export function amountText(
  { amountText: given, amountTiyin }: Pick<Payment, "amountText" | "amountTiyin">,
  call: "Prepare" | "Complete",
  spelling: Behaviour["amount_spelling"],
): string {
  const twoDecimals = formatSoums(amountTiyin);
  const short = twoDecimals.replace(/\.00$/, "");
  switch (spelling) {
    case "as_given":
      return given;
    case "short":
      return short;
    case "two_decimals":
      return twoDecimals;
    case "mixed":
      return call === "Prepare" ? short : twoDecimals;
    default:
      return spelling satisfies never;
  }
}
