<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Contract\V1\Payment;
use ClickBridge\Contract\V1\Refund;
use ClickBridge\Grpc\Status;

/** What the service knows of a payment, and the way to give its money back. */
interface Payments
{
    /** As the service's books have it now. */
    public function find(int $paymentId): Payment|Status;

    /** After Click was asked; as the books have it when Click did not answer. */
    public function refresh(int $paymentId): Payment|Status;

    /** Called twice with the same request id it is the same refund, and Click is asked once. */
    public function refund(string $requestId, int $paymentId, int $attemptId, string $userId): Refund|Status;
}
