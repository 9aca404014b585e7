import type { SignedNumber } from "../../app/callbacks/callback-store.ts";
import { type Statement, statement } from "../driver/statement.ts";
import { merchantTransKey } from "../rows/attempt-rows.ts";

const REFERENCE_CHARACTERS_MAX = 255;

/**
 * Keeps one of Click's numbers as used under a reference, where there is no attempt to judge: a cancelled attempt without payment. No
 * callback can ever take money by it, and no Complete under that number can be another attempt's.
 */
export function markNumber({ serviceId, clickTransId, merchantTransId, amountTiyin }: SignedNumber): Statement {
  return statement(
    `INSERT INTO clickbridge_attempt (service_id, click_trans_id, merchant_trans_id, merchant_trans_key, amount_tiyin, state, last_answer)
     VALUES (?, ?, ?, UNHEX(?), ?, 'CANCELLED', 0) ON DUPLICATE KEY UPDATE id = id`,
    BigInt(serviceId),
    BigInt(clickTransId),
    Array.from(merchantTransId).slice(0, REFERENCE_CHARACTERS_MAX).join(""),
    merchantTransKey(merchantTransId),
    amountTiyin,
  );
}
