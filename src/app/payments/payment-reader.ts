import type { Attempt, CaptureSource } from "../../payment/attempt.ts";
import type { Charge } from "../../payment/charge.ts";
import type { AttemptId, OrderId, OrderUpdateId, PaymentId } from "../../payment/ids.ts";
import type { Invoice } from "../../payment/invoice.ts";
import type { ApplyRefusal, OrderUpdateState } from "../../payment/order-update.ts";
import type { BookedMoney } from "../../payment/payment-money.ts";
import type { Refund } from "../../payment/refund.ts";
import type { ShopPayment } from "../../payment/shop-payment.ts";
import type { PageKey, PaymentFilter } from "./payment-filter.ts";
import type { SearchText } from "./search-text.ts";

export interface PaymentRecord {
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly createTime: Date | undefined;
  readonly updateTime: Date | undefined;
  readonly shop: ShopPayment | undefined;
  readonly attempts: readonly AttemptRecord[];
  readonly invoices: readonly Invoice[];
  readonly charges: readonly Charge[];
  readonly orderUpdates: readonly OrderUpdateRecord[];
  readonly refunds: readonly Refund[];
  readonly booked: BookedMoney;
}

export interface AttemptRecord extends Attempt {
  readonly lastAnswer: number;
  readonly createTime: Date;
  readonly updateTime: Date;
  readonly captureTime: Date | undefined;
  readonly captureSource: CaptureSource | undefined;
  /** Of the Complete by which Click gave up; 0 before. */
  readonly clickErrorCode: number;
  readonly clickErrorNote: string;
}

export interface OrderUpdateRecord {
  readonly id: OrderUpdateId;
  readonly state: OrderUpdateState;
  readonly attemptId: AttemptId;
  readonly tryCount: number;
  readonly refusal: ApplyRefusal | undefined;
}

export interface PaymentReader {
  /** The newest attempts that fit no payment and have the text in their reference, or are named by it as Click's number. */
  strayAttempts(search: SearchText): Promise<readonly AttemptRecord[]>;
  find(paymentId: PaymentId): Promise<PaymentRecord | undefined>;
  /** A page with fewer than `limit` payments, even an empty one, need not be the last: `next` tells. */
  list(
    filter: PaymentFilter,
    page: { readonly after: PageKey | undefined; readonly limit: number },
  ): Promise<{ readonly payments: readonly PaymentRecord[]; readonly next: PageKey | undefined }>;
}
