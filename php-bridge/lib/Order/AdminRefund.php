<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Contract\V1\Attempt;
use ClickBridge\Contract\V1\Attempt\State as AttemptState;
use ClickBridge\Contract\V1\Payment;
use ClickBridge\Contract\V1\Refund;
use ClickBridge\Contract\V1\Refund\State as RefundState;
use ClickBridge\Grpc\Status;

/**
 * The "return" button of Bitrix's order page. Pressed twice, or by two people, it is one refund: its request id is made of the attempt and of
 * how often Click has refused before.
 */
final class AdminRefund
{
    public function __construct(private readonly Payments $payments)
    {
    }

    /** Gives the whole payment back. `$sum` is what Bitrix wants returned, in soums: it calls for the whole sum only. */
    public function refund(int $paymentId, float $sum, string $userId): RefundEnding
    {
        $payment = $this->payments->find($paymentId);
        if ($payment instanceof Status) {
            return RefundEnding::failed($payment);
        }
        if (abs($sum * 100 - (float) $payment->getAmountTiyin()) >= 0.5) {
            return RefundEnding::wholeOnly();
        }
        $attempt = self::holder($payment);
        if ($attempt === null) {
            // Click has confirmed it before, and Bitrix failed to save that.
            return self::wasRefunded($payment) ? RefundEnding::done() : RefundEnding::noMoney();
        }
        $refund = $this->payments->refund(self::requestId($payment, $attempt), $paymentId, (int) $attempt->getAttemptId(), $userId);
        return match (true) {
            $refund instanceof Status => RefundEnding::failed($refund),
            $refund->getState() === RefundState::STATE_DONE => RefundEnding::done(),
            default => RefundEnding::unknown(),
        };
    }

    /** The attempt whose money the payment has. */
    private static function holder(Payment $payment): ?Attempt
    {
        foreach ($payment->getAttempts() as $attempt) {
            if (in_array($attempt->getState(), [AttemptState::STATE_CAPTURED, AttemptState::STATE_SETTLED], true)) {
                return $attempt;
            }
        }
        return null;
    }

    private static function wasRefunded(Payment $payment): bool
    {
        foreach ($payment->getRefunds() as $refund) {
            if ($refund->getState() === RefundState::STATE_DONE && !$refund->getPartial()) {
                return true;
            }
        }
        return false;
    }

    /** A UUID that only this attempt's n-th try has. */
    private static function requestId(Payment $payment, Attempt $attempt): string
    {
        $ended = 0;
        foreach ($payment->getRefunds() as $refund) {
            $isOurs = (int) $refund->getAttemptId() === (int) $attempt->getAttemptId();
            $ended += $isOurs && in_array($refund->getState(), [RefundState::STATE_REFUSED, RefundState::STATE_NOT_DONE], true) ? 1 : 0;
        }
        $hex = hash('sha256', "bitrix:attempt:{$attempt->getAttemptId()}:$ended");
        return implode('-', [substr($hex, 0, 8), substr($hex, 8, 4), substr($hex, 12, 4), substr($hex, 16, 4), substr($hex, 20, 12)]);
    }
}
