import type { AttemptState } from "../../payment/attempt.ts";
import type { OrderId, PaymentId, ServiceId } from "../../payment/ids.ts";
import type { PaymentMoneyState } from "../../payment/payment-money.ts";
import type { SearchText } from "./search-text.ts";

/** A payment must match all filters that are set. */
export interface PaymentFilter {
  readonly search?: SearchText | undefined;
  readonly clickId?: string | undefined;
  readonly orderNumber?: string | undefined;
  readonly orderId?: OrderId | undefined;
  readonly phone?: string | undefined;
  readonly state?: AttemptState | undefined;
  /** Any of them; none: any at all. */
  readonly paymentStates?: readonly PaymentMoneyState[] | undefined;
  readonly serviceId?: ServiceId | undefined;
  readonly amountTiyin?: bigint | undefined;
  readonly createdFrom?: Date | undefined;
  readonly createdBefore?: Date | undefined;
  readonly capturedFrom?: Date | undefined;
  readonly capturedBefore?: Date | undefined;
  readonly updatedFrom?: Date | undefined;
  readonly updatedBefore?: Date | undefined;
}

/** Position in a list: after this payment. Exact matches of a search are listed before all others. */
export interface PageKey {
  readonly part: "EXACT" | "REST";
  readonly createTime: string;
  readonly paymentId: PaymentId;
}
