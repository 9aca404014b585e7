<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Contract\V1\Attempt;
use ClickBridge\Contract\V1\Attempt\State as AttemptState;
use ClickBridge\Contract\V1\OrderUpdateStatus;
use ClickBridge\Contract\V1\OrderUpdateStatus\State as UpdateState;
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

    /**
     * Gives the whole payment back. `$sum` is what Bitrix wants returned, in soums: it calls for the whole sum only. `$invoiceId` says whose mark
     * the payment has (PS_INVOICE_ID): what was marked by hand, or by another attempt, is not Click's to return.
     */
    public function refund(int $paymentId, float $sum, string $userId, string $invoiceId): RefundEnding
    {
        $payment = $this->payments->find($paymentId);
        if ($payment instanceof Status) {
            return RefundEnding::failed($payment);
        }
        $attempt = self::markedBy($payment, $invoiceId);
        if ($attempt === null || !self::holdsMoney($attempt)) {
            // Click has confirmed it before, and Bitrix failed to save that.
            return $attempt !== null && self::isUntold($payment, $attempt) ? RefundEnding::done() : RefundEnding::noMoney();
        }
        // What Click took for the order: the payment may have been edited since. The buyer's fee goes back by itself.
        $taken = (int) $attempt->getAmountTiyin() - (int) $attempt->getFeeTiyin();
        if (abs($sum * 100 - (float) $taken) >= 0.5) {
            return RefundEnding::wholeOnly();
        }
        $refund = $this->payments->refund(self::requestId($payment, $attempt), $paymentId, (int) $attempt->getAttemptId(), $userId);
        return match (true) {
            // It may be under way: nobody is told to send it by other means.
            $refund instanceof Status && $refund->isWorthRepeating() && !$refund->fromPeer => RefundEnding::unknown(),
            $refund instanceof Status => RefundEnding::failed($refund),
            $refund->getState() === RefundState::STATE_DONE => RefundEnding::done(),
            default => RefundEnding::unknown(),
        };
    }

    /** The attempt that marked the payment paid. */
    private static function markedBy(Payment $payment, string $invoiceId): ?Attempt
    {
        /** @var Attempt $attempt */
        foreach ($payment->getAttempts() as $attempt) {
            if ($invoiceId === PaidFields::invoiceIdOf((int) $attempt->getAttemptId())) {
                return $attempt;
            }
        }
        return null;
    }

    private static function holdsMoney(Attempt $attempt): bool
    {
        return in_array($attempt->getState(), [AttemptState::STATE_CAPTURED, AttemptState::STATE_SETTLED], true);
    }

    /** Whether its whole money went back, and the shop has yet to be told. */
    private static function isUntold(Payment $payment, Attempt $attempt): bool
    {
        $isOf = static fn(Refund|OrderUpdateStatus $what): bool => (int) $what->getAttemptId() === (int) $attempt->getAttemptId();
        $done = array_filter(
            iterator_to_array($payment->getRefunds()),
            static fn(Refund $refund) => $isOf($refund) && $refund->getState() === RefundState::STATE_DONE && !$refund->getPartial(),
        );
        $pending = array_filter(
            iterator_to_array($payment->getOrderUpdates()),
            static fn(OrderUpdateStatus $update) => $isOf($update) && $update->getState() === UpdateState::STATE_PENDING,
        );
        return $done !== [] && $pending !== [];
    }

    /** A UUID that only this attempt's n-th try has. */
    private static function requestId(Payment $payment, Attempt $attempt): string
    {
        $ended = 0;
        /** @var Refund $refund */
        foreach ($payment->getRefunds() as $refund) {
            $isOurs = (int) $refund->getAttemptId() === (int) $attempt->getAttemptId();
            $ended += $isOurs && in_array($refund->getState(), [RefundState::STATE_REFUSED, RefundState::STATE_NOT_DONE], true) ? 1 : 0;
        }
        $hex = hash('sha256', "bitrix:attempt:{$attempt->getAttemptId()}:$ended");
        return implode('-', [substr($hex, 0, 8), substr($hex, 8, 4), substr($hex, 12, 4), substr($hex, 16, 4), substr($hex, 20, 12)]);
    }
}
