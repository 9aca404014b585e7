<?php

declare(strict_types=1);

namespace ClickBridge\Checkout;

use ClickBridge\Contract\V1\GetCheckoutResponse\Stage as Sent;

/** Where a payment stands, in the steps that its page tells (checkout_service.proto). */
enum Stage: string
{
    case Payable = 'PAYABLE';
    case BillSent = 'BILL_SENT';
    case InProgress = 'IN_PROGRESS';
    case Declined = 'DECLINED';
    case Expired = 'EXPIRED';
    case Captured = 'CAPTURED';
    case Paid = 'PAID';
    case Returned = 'RETURNED';
    case NotPayable = 'NOT_PAYABLE';

    /** A step that this page does not know yet: it waits, and offers nothing as if it were new. */
    public static function of(int $sent): self
    {
        return match ($sent) {
            Sent::STAGE_PAYABLE => self::Payable,
            Sent::STAGE_BILL_SENT => self::BillSent,
            Sent::STAGE_DECLINED => self::Declined,
            Sent::STAGE_EXPIRED => self::Expired,
            Sent::STAGE_CAPTURED => self::Captured,
            Sent::STAGE_PAID => self::Paid,
            Sent::STAGE_RETURNED => self::Returned,
            Sent::STAGE_NOT_PAYABLE => self::NotPayable,
            default => self::InProgress,
        };
    }

    /** False from the moment that Click has the money, and where there is nothing to pay. */
    public function offersToPay(): bool
    {
        return !in_array($this, [self::Captured, self::Paid, self::Returned, self::NotPayable], true);
    }
}
