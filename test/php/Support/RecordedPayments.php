<?php

declare(strict_types=1);

namespace ClickBridge\Test\Support;

use ClickBridge\Contract\V1\Payment;
use ClickBridge\Contract\V1\Refund;
use ClickBridge\Grpc\Status;
use ClickBridge\Order\Payments;

/** The service's part of a refund, played by a test: it answers what it was given and remembers what it was asked. */
final class RecordedPayments implements Payments
{
    /** @var list<array{int, int, int, string}> payment, attempt, tiyin, user */
    public array $refunds = [];

    public function __construct(public Payment|Status $payment, public Refund|Status|null $answer = null)
    {
    }

    public function refresh(int $paymentId): Payment|Status
    {
        return $this->payment;
    }

    public function refund(int $paymentId, int $attemptId, int $sumTiyin, string $userId): Refund|Status
    {
        $this->refunds[] = [$paymentId, $attemptId, $sumTiyin, $userId];
        return $this->answer ?? new Refund();
    }
}
