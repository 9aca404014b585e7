<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Contract\V1\Payment;
use ClickBridge\Contract\V1\Refund;
use ClickBridge\Grpc\Status;

/** What the service knows of a payment, and the way to give its money back. */
interface Payments
{
    /** After Click was asked; as the service has it stored when Click did not answer. */
    public function refresh(int $paymentId): Payment|Status;

    /** All that the attempt holds, if that is `$sumTiyin` and a fee. Called twice it is the same refund, and Click is asked once. */
    public function refund(int $paymentId, int $attemptId, int $sumTiyin, string $userId): Refund|Status;
}
