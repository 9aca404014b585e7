<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Contract\V1\RefreshPaymentRequest;
use ClickBridge\Contract\V1\RefreshPaymentResponse;
use ClickBridge\Contract\V1\RefundPaymentRequest;
use ClickBridge\Contract\V1\RefundPaymentResponse;
use ClickBridge\Grpc\Status;
use ClickBridge\Grpc\UnaryClient;

/** Reads and refunds payments through the service. The token needs the scope refund. */
class Payments
{
    private const SERVICE = 'clickbridge.v1.PaymentService';
    /** Enough for three calls to Click of at most ten seconds each (src/click/merchant-http.ts). */
    private const CLICK_BUDGET_MS = 35_000;

    public function __construct(private readonly UnaryClient $client)
    {
    }

    /** Polls Click and returns the payment; without an answer of Click, as it is stored. */
    public function refresh(int $paymentId): RefreshPaymentResponse|Status
    {
        $request = new RefreshPaymentRequest(['payment_id' => $paymentId]);
        return $this->client->call(self::SERVICE . '/RefreshPayment', $request, new RefreshPaymentResponse(), self::CLICK_BUDGET_MS);
    }

    /** Refunds the whole capture of the attempt if it is `$sumTiyin` plus fee. A repeated call returns the same refund, sent once. */
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
