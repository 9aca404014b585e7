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
    public function refund(int $paymentId, float $sum, string $userId, string $invoiceId): RefundEnding
    {
        $attemptId = PaidFields::attemptIdOf($invoiceId);
        if ($attemptId === null) {
            return RefundEnding::noMoney();
        }
        $refund = $this->payments->refund($paymentId, $attemptId, (int) round($sum * 100), $userId);
        return match (true) {
            // It may be under way: nobody is told to send it by other means.
            $refund instanceof Status && $refund->isWorthRepeating() && !$refund->fromPeer => RefundEnding::unknown(),
            $refund instanceof Status => RefundEnding::failed($refund),
            $refund->getState() === State::STATE_DONE => RefundEnding::done(),
            default => RefundEnding::unknown(),
        };
    }
}
