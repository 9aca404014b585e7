<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Contract\V1\RefreshPaymentRequest;
use ClickBridge\Contract\V1\RefreshPaymentResponse;
use ClickBridge\Contract\V1\RefundPaymentRequest;
use ClickBridge\Contract\V1\RefundPaymentResponse;
use ClickBridge\Grpc\Status;
use ClickBridge\Grpc\UnaryClient;

/** What the service knows of a payment, and the way to give its money back. Its token needs the scope refund. */
class Payments
{
    private const SERVICE = 'clickbridge.v1.PaymentService';
    /** Click is asked three times within it, ten seconds each at most (src/click/merchant-http.ts). */
    private const CLICK_BUDGET_MS = 35_000;

    public function __construct(private readonly UnaryClient $client)
    {
    }

    /** After Click was asked; as the service has it stored when Click did not answer. */
    public function refresh(int $paymentId): RefreshPaymentResponse|Status
    {
        $request = new RefreshPaymentRequest(['payment_id' => $paymentId]);
        return $this->client->call(self::SERVICE . '/RefreshPayment', $request, new RefreshPaymentResponse(), self::CLICK_BUDGET_MS);
    }

    /** All that the attempt holds, if that is `$sumTiyin` and a fee. Called twice it is the same refund, and Click is asked once. */
    public function refund(int $paymentId, int $attemptId, int $sumTiyin, string $userId): RefundPaymentResponse|Status
    {
        $request = new RefundPaymentRequest([
            'payment_id' => $paymentId,
            'attempt_id' => $attemptId,
            'order_amount_tiyin' => $sumTiyin,
            'user_id' => $userId,
        ]);
        return $this->client->call(self::SERVICE . '/RefundPayment', $request, new RefundPaymentResponse(), self::CLICK_BUDGET_MS);
    }
}
