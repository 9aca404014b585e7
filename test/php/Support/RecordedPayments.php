<?php

declare(strict_types=1);

namespace ClickBridge\Test\Support;

use ClickBridge\Contract\V1\RefreshPaymentResponse;
use ClickBridge\Contract\V1\RefundPaymentResponse;
use ClickBridge\Grpc\Status;
use ClickBridge\Order\Payments;

/** The service's part of a refund, played by a test: it answers what it was given and remembers what it was asked. */
final class RecordedPayments extends Payments
{
    /** @var list<array{int, int, int, string}> payment, attempt, tiyin, user */
    public array $refunds = [];

    public function __construct(public RefreshPaymentResponse|Status $payment, public RefundPaymentResponse|Status|null $answer = null)
    {
    }

    public function refresh(int $paymentId): RefreshPaymentResponse|Status
    {
        return $this->payment;
    }

    public function refund(int $paymentId, int $attemptId, int $sumTiyin, string $userId): RefundPaymentResponse|Status
    {
        $this->refunds[] = [$paymentId, $attemptId, $sumTiyin, $userId];
        return $this->answer ?? new RefundPaymentResponse();
    }
}
