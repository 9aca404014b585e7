<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Contract\V1\Refund\State;
use ClickBridge\Grpc\Status;

/** The "return" button of Bitrix's order page. The service makes one refund of it, pressed twice or by two people. */
final class AdminRefund
{
    public function __construct(private readonly Payments $payments)
    {
    }

    /**
     * Gives the whole payment back. `$sum` is what Bitrix wants returned, in soums. `$invoiceId` says whose mark the payment has
     * (PS_INVOICE_ID): what was marked by hand is not Click's to return.
     */
    public function refund(int $paymentId, float $sum, string $userId, string $invoiceId): RefundResult
    {
        $attemptId = PaidFields::attemptIdOf($invoiceId);
        if ($attemptId === null) {
            return RefundResult::noMoney();
        }
        $refund = $this->payments->refund($paymentId, $attemptId, (int) round($sum * 100), $userId);
        return match (true) {
            // It may be under way: nobody is told to send it by other means.
            $refund instanceof Status && $refund->isWorthRepeating() && !$refund->fromPeer => RefundResult::unknown(),
            $refund instanceof Status => RefundResult::failed($refund),
            $refund->getState() === State::STATE_DONE => RefundResult::done(),
            default => RefundResult::unknown(),
        };
    }
}
